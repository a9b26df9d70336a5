import { spawn } from "node:child_process";
import { open, readFile, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";
import { TesseraError } from "#lib/core/errors.ts";
import type { Account } from "./account.ts";
import type { PostgresPrograms } from "./binaries.ts";
import { clusterPassword } from "./cluster.ts";

/** A running server: how to reach it and its main process. */
export type Postmaster = { port: number; password: string; pid: number };

/** Connections of the processes that use a server; the last of them to leave stops it. */
const KEEPER = "tessera keeper";

/** Postgres' code for "starting up", "recovering" and "shutting down". */
const CANNOT_CONNECT_NOW = "57P03";

const POLL_MS = 100;
const LAUNCH_TIMEOUT_MS = 30_000;
/** Recovery after a crash reads the log from the last checkpoint; while Postgres says so, it is waited for. */
const RECOVERY_TIMEOUT_MS = 600_000;
const STOP_TIMEOUT_MS = 30_000;

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "120",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  jit: "off",
  log_min_messages: "warning",
  tcp_keepalives_idle: "15",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
};

/** Address of the server's own database. */
export function urlOf({ port, password }: Postmaster): string {
  return `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
}

/**
 * Connects as one who uses the server. The connection says so for as long as the process lives, and ends with it however it ends.
 *
 * @returns the connection, `busy` where the server is starting or stopping, null where there is none that takes the password
 */
export async function keep(postmaster: Postmaster): Promise<Client | "busy" | null> {
  const client = new Client({
    connectionString: urlOf(postmaster),
    application_name: KEEPER,
    connectionTimeoutMillis: 5000,
    keepAlive: true,
  });
  client.on("error", () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    return error instanceof Error && "code" in error && error.code === CANNOT_CONNECT_NOW ? "busy" : null;
  }
}

/** How many others use the server that `keeper` is connected to. */
export async function otherKeepers(keeper: Client): Promise<number> {
  const { rows } = await keeper.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE application_name = $1 AND pid <> pg_backend_pid()",
    [KEEPER],
  );
  return rows[0]?.count ?? 0;
}

/**
 * The server that the cluster's own lock file names, running or left behind. A lock file whose process is none of Postgres' any
 * more is removed: where the id is used again by a program of the same account (a container counts from 1 at every start),
 * Postgres itself would take it for alive for ever.
 */
export async function namedPostmaster(folder: string): Promise<Postmaster | null> {
  const lockFile = join(folder, "postmaster.pid");
  const text = await readFile(lockFile, "utf8").catch(() => "");
  const [pid, , , port] = text.split("\n").map(Number);
  if (!pid || !port) return null;
  const command = await readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => null);
  if (command !== null && !command.split("\0").includes(folder)) {
    await rm(lockFile, { force: true });
    return null;
  }
  return { pid, port, password: await clusterPassword(folder) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new TesseraError("internal", "no free port was given");
  return address.port;
}

/** Starts a server on the cluster and waits until it answers. Throws where it ends instead. */
export async function launch(
  folder: string,
  options: { programs: PostgresPrograms; account: Account; log: string; port: number | undefined },
): Promise<{ postmaster: Postmaster; keeper: Client }> {
  const port = options.port ?? (await freePort());
  const output = await open(options.log, "a", 0o600);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // A session of its own: a signal to the group of this process does not reach it, and it is stopped in order, last.
  const child = spawn(options.programs.postgres, ["-D", folder, "-p", String(port), ...settings], {
    ...options.account,
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: { NODE_ENV: "production", LC_ALL: "C", PATH: process.env["PATH"] ?? "" },
    cwd: "/",
  });
  child.unref();
  await output.close();
  const ended = new AbortController();
  child.once("error", (error) => ended.abort(error));
  child.once("exit", (code) => ended.abort(new Error(`postgres ended with code ${code}`)));

  const postmaster = { port, password: await clusterPassword(folder), pid: child.pid ?? 0 };
  const started = Date.now();
  for (;;) {
    const keeper = await keep(postmaster);
    if (keeper instanceof Client) return { postmaster, keeper };
    ended.signal.throwIfAborted();
    const patience = keeper === "busy" ? RECOVERY_TIMEOUT_MS : LAUNCH_TIMEOUT_MS;
    if (Date.now() - started > patience) throw new Error("postgres did not answer in time");
    await sleep(POLL_MS);
  }
}

/** Stops the server in order and waits until it has gone: sessions are ended, everything is on disk. */
export async function stopPostmaster(folder: string, { pid }: Postmaster): Promise<void> {
  // SIGINT is Postgres' fast shutdown.
  process.kill(pid, "SIGINT");
  const deadline = Date.now() + STOP_TIMEOUT_MS;
  // The lock file goes last; the process itself may stay listed where nobody collects the dead.
  while (await stat(join(folder, "postmaster.pid")).catch(() => null)) {
    if (Date.now() > deadline)
      throw new TesseraError("database-unavailable", `postgres (process ${pid}) does not stop`);
    await sleep(50);
  }
}
