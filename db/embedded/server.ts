import { execFile, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { chmod, chown, mkdir, open, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { z } from "zod";
import { takePidLock } from "#lib/config/pid-lock.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { type Account, postgresAccount, prepareClusterFolder, reachablePrograms } from "./account.ts";
import { findPrograms, type PostgresPrograms } from "./binaries.ts";

const run = promisify(execFile);

const START_TIMEOUT_MS = 90_000;
const POLL_MS = 100;

const stateSchema = z.object({ port: z.number().int(), password: z.string(), pid: z.number().int() });
type ServerState = z.infer<typeof stateSchema>;

/** A running embedded server. `release` stops it, unless others are still connected. */
export type EmbeddedServer = { url: string; release(): Promise<void> };

const SETTINGS = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  max_connections: "120",
  shared_buffers: "256MB",
  max_wal_size: "2GB",
  checkpoint_timeout: "15min",
  log_min_messages: "warning",
  tcp_keepalives_idle: "15",
  tcp_keepalives_interval: "5",
  tcp_keepalives_count: "3",
};

function urlOf(state: ServerState): string {
  return `postgres://postgres:${state.password}@127.0.0.1:${state.port}/postgres`;
}

async function answers(state: ServerState): Promise<boolean> {
  const client = new Client({ connectionString: urlOf(state), connectionTimeoutMillis: 3000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.query("SELECT 1");
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function readState(path: string): Promise<ServerState | null> {
  try {
    return stateSchema.parse(JSON.parse(await readFile(path, "utf8")));
  } catch {
    return null;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new TesseraError("internal", "no free port was given");
  return address.port;
}

/** Makes the cluster beside its place and moves it there, so that a crash in between leaves none that is half made. */
async function initialise(folder: string, programs: PostgresPrograms, account: Account): Promise<string> {
  const password = randomBytes(24).toString("hex");
  const making = `${folder}.new`;
  await rm(making, { recursive: true, force: true });
  await mkdir(making, { mode: 0o700 });
  const passwordFile = `${folder}.password`;
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (account) {
    await chown(making, account.uid, account.gid);
    await chown(passwordFile, account.uid, account.gid);
  }
  const options = ["-D", making, "-U", "postgres", "--auth=scram-sha-256", `--pwfile=${passwordFile}`, "-E", "UTF8"];
  try {
    await run(programs.initdb, [...options, "--locale=C", "--no-instructions"], {
      ...account,
      env: { NODE_ENV: "production", LC_ALL: "C" },
    });
  } finally {
    await rm(passwordFile, { force: true });
  }
  await writeFile(join(making, "tessera.password"), password, { mode: 0o600 });
  if (account) await chown(join(making, "tessera.password"), account.uid, account.gid);
  await rm(folder, { recursive: true, force: true });
  await rename(making, folder);
  return password;
}

async function launch(folder: string, programs: PostgresPrograms, account: Account, log: string): Promise<ServerState> {
  const password = (await readFile(join(folder, "tessera.password"), "utf8")).trim();
  const port = await freePort();
  const output = await open(log, "a", 0o600);
  const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  // A session of its own: a signal to the group of this process does not reach it, and it is stopped in order, last.
  const child = spawn(programs.postgres, ["-D", folder, "-p", String(port), ...settings], {
    ...account,
    detached: true,
    stdio: ["ignore", output.fd, output.fd],
    env: { NODE_ENV: "production", LC_ALL: "C", PATH: process.env["PATH"] ?? "" },
    cwd: "/",
  });
  child.unref();
  await output.close();
  const failed = new Promise<never>((_, reject) => {
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`postgres ended with code ${code}`)));
  });
  failed.catch(() => undefined);
  const state = { port, password, pid: child.pid ?? 0 };
  const deadline = Date.now() + START_TIMEOUT_MS;
  while (!(await answers(state))) {
    if (Date.now() > deadline) throw new Error("postgres did not answer in time");
    await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, POLL_MS))]);
  }
  return state;
}

/** After a kill, processes of the old server may hold its memory for a moment: starting is tried again for a while. */
async function launchPatiently(...args: Parameters<typeof launch>): Promise<ServerState> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    try {
      return await launch(...args);
    } catch (cause) {
      if (Date.now() > deadline) {
        const last = (await readFile(args[3], "utf8").catch(() => "")).trim().split("\n").slice(-1)[0];
        throw new TesseraError("database-unavailable", `the embedded Postgres does not start: ${last ?? "no log"}`, {
          remedy: `see ${args[3]}`,
          cause,
        });
      }
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/**
 * The embedded server of a data folder: the one that runs, left by a killed process or shared with a living one, else a new one.
 * Several processes may ask at once. Throws `configuration` or `database-unavailable`.
 */
export async function acquireEmbeddedServer(dataDir: string): Promise<EmbeddedServer> {
  await mkdir(dataDir, { recursive: true });
  const stateFile = join(dataDir, "postgres.json");
  const lock = await waitForLock(join(dataDir, "postgres.lock"));
  try {
    const known = await readState(stateFile);
    if (known && (await answers(known))) return { url: urlOf(known), release: () => release(known) };
    const account = await postgresAccount();
    const programs = await reachablePrograms(await findPrograms(), account);
    const folder = join(await prepareClusterFolder(dataDir, account), "cluster");
    if (!(await stat(join(folder, "PG_VERSION")).catch(() => null))) await initialise(folder, programs, account);
    const state = await launchPatiently(folder, programs, account, join(dataDir, "postgres.log"));
    await writeFile(stateFile, JSON.stringify(state), { mode: 0o600 });
    await chmod(stateFile, 0o600);
    return { url: urlOf(state), release: () => release(state) };
  } finally {
    await lock();
  }
}

async function waitForLock(path: string): Promise<() => Promise<void>> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    const lock = await takePidLock(path);
    if ("release" in lock) return lock.release;
    if (Date.now() > deadline) {
      throw new TesseraError(
        "database-unavailable",
        `process ${lock.heldBy.pid} has been starting the database for too long`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

/** Stops the server in order, unless somebody else is connected: the last to leave puts out the light. */
async function release(state: ServerState): Promise<void> {
  const client = new Client({ connectionString: urlOf(state), connectionTimeoutMillis: 3000 });
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ others: number }>(
      "SELECT count(*)::int AS others FROM pg_stat_activity WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()",
    );
    if ((rows[0]?.others ?? 0) > 0) return;
  } catch {
    return;
  } finally {
    await client.end().catch(() => undefined);
  }
  // SIGINT is Postgres' fast shutdown: sessions are ended, everything is on disk.
  process.kill(state.pid, "SIGINT");
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    try {
      process.kill(state.pid, 0);
    } catch {
      return;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
