import { chmod, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { postgresAccount, prepareClusterFolder, reachablePrograms } from "#db/embedded/account.ts";
import { findPrograms } from "#db/embedded/binaries.ts";
import { ensureCluster } from "#db/embedded/cluster.ts";
import { launch, type Postmaster, stopPostmaster, urlOf } from "#db/embedded/postmaster.ts";

/** A Postgres as an operator brings along by `DATABASE_URL`: nobody but the test starts or stops it. */
export type OwnPostgres = {
  readonly url: string;
  /** Stops it in order; sessions end. */
  stop(): Promise<void>;
  /** Starts it again, on the same port. */
  start(): Promise<void>;
  connect(): Promise<Client>;
  /** Stops it and removes what it has written. */
  close(): Promise<void>;
};

/** Starts a new, empty Postgres in a folder of its own. */
export async function startOwnPostgres(): Promise<OwnPostgres> {
  const folder = await mkdtemp(join(tmpdir(), "tessera-postgres-"));
  await chmod(folder, 0o755);
  const account = await postgresAccount();
  const cluster = join(await prepareClusterFolder(folder, account), "cluster");
  const programs = await reachablePrograms(await findPrograms(), account);
  await ensureCluster(cluster, programs, account);
  let running: Postmaster | null = null;

  async function start(port: number | undefined): Promise<Postmaster> {
    const { postmaster, keeper } = await launch(cluster, { programs, account, log: join(folder, "log"), port });
    await keeper.end();
    running = postmaster;
    return postmaster;
  }

  async function stop(): Promise<void> {
    if (running) await stopPostmaster(cluster, running);
    running = null;
  }

  const first = await start(undefined);
  return {
    url: urlOf(first),
    stop,
    start: async () => void (await start(first.port)),
    async connect() {
      const client = new Client({ connectionString: urlOf(first) });
      client.on("error", () => undefined);
      await client.connect();
      return client;
    },
    async close() {
      await stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
