import { setTimeout as sleep } from "node:timers/promises";
import type { Client } from "pg";
import { connectTo } from "#e2e/support/server.ts";
import { cancelRun, endProcess, type Installation, startProcess, startRun } from "./installation.ts";

const PACED = { model: "bench:paced", columns: 160, rows: 125, concurrency: 16 } as const;
/** What was under way in the database when a process was killed is committed within this. */
const LAST_COMMITS_MS = 50;
const PATIENCE_MS = 60_000;

/** Seconds after `kill -9` in the middle of a run. */
export type Recovery = {
  what: string;
  /** Until the process that was started after it answers. */
  "ready s": string;
  /** Until any tile is done again. */
  "first tile s": string;
  /** Until all that it had in hand is done by another. */
  "all it held s": string;
};

async function until<T>(read: () => Promise<T | null>): Promise<T> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const value = await read();
    if (value !== null) return value;
    if (Date.now() > deadline) throw new Error("nothing went on within a minute");
    await sleep(20);
  }
}

type Held = { index: number }[];

async function workerOf(database: Client, pid: number | undefined): Promise<number> {
  const { rows } = await database.query<{ id: number }>("SELECT id FROM workers WHERE pid = $1 ORDER BY id DESC", [
    pid,
  ]);
  if (!rows[0]) throw new Error("the process is not registered");
  return rows[0].id;
}

async function heldBy(database: Client, runId: string, worker: number): Promise<Held> {
  const { rows } = await database.query<{ index: number }>(
    "SELECT index FROM tiles WHERE run_id = $1 AND worker = $2 AND state = 'running'",
    [runId, worker],
  );
  return rows;
}

/** Seconds from `killedAt` until the first tile that was committed later than what was under way, by the ledger. */
async function firstTile(database: Client, runId: string, killedAt: Date): Promise<number> {
  return until(async () => {
    const { rows } = await database.query<{ seconds: number | null }>(
      `SELECT extract(epoch FROM min(finished_at) - $2::timestamptz)::float8 AS seconds FROM tiles
        WHERE run_id = $1 AND finished_at > $2::timestamptz + make_interval(secs => $3::float8 / 1000)`,
      [runId, killedAt, LAST_COMMITS_MS],
    );
    return rows[0]?.seconds ?? null;
  });
}

/** Seconds from `killedAt` until the last of `held` was done. */
async function allDone(database: Client, runId: string, held: Held, killedAt: Date): Promise<number> {
  return until(async () => {
    const { rows } = await database.query<{ open: number; seconds: number | null }>(
      `SELECT count(*) FILTER (WHERE state <> 'done')::int AS open,
          extract(epoch FROM max(finished_at) - $3::timestamptz)::float8 AS seconds
        FROM tiles WHERE run_id = $1 AND index = ANY($2::int[])`,
      [runId, held.map(({ index }) => index), killedAt],
    );
    return rows[0]?.open === 0 ? (rows[0].seconds ?? 0) : null;
  });
}

async function doneSome(database: Client, runId: string): Promise<void> {
  await until(async () => {
    const { rows } = await database.query(
      "SELECT 1 FROM tiles WHERE run_id = $1 AND state = 'done' OFFSET 200 LIMIT 1",
      [runId],
    );
    return rows.length > 0 ? true : null;
  });
}

/** Starts a run, kills the server in the middle of it, and says when, and which tiles it had in hand. */
async function killInTheMiddle(
  installation: Installation,
  database: Client,
  imageId: string,
): Promise<{ runId: string; killedAt: Date; held: Held }> {
  const runId = await startRun(installation, imageId, PACED);
  await doneSome(database, runId);
  const worker = await workerOf(database, installation.server.child.pid);
  await endProcess(installation.server, "SIGKILL");
  const killedAt = new Date();
  return { runId, killedAt, held: await heldBy(database, runId, worker) };
}

/** The only process is killed and another started at once. */
export async function recoveryAfterRestart(installation: Installation, imageId: string): Promise<Recovery> {
  const database = await connectTo(installation.dataDir);
  const { runId, killedAt, held } = await killInTheMiddle(installation, database, imageId);
  installation.server = await startProcess(installation.dataDir, "all");
  const ready = (Date.now() - killedAt.getTime()) / 1000;
  const first = await firstTile(database, runId, killedAt);
  const all = await allDone(database, runId, held, killedAt);
  await cancelRun(installation, runId);
  await database.end();
  return row("the only process, started again", ready, first, all);
}

/** One of two processes is killed, the one that started Postgres: the other goes on. */
export async function takeOver(installation: Installation, imageId: string): Promise<Recovery> {
  const other = await startProcess(installation.dataDir, "workers");
  const database = await connectTo(installation.dataDir);
  const { runId, killedAt, held } = await killInTheMiddle(installation, database, imageId);
  const first = await firstTile(database, runId, killedAt);
  const all = await allDone(database, runId, held, killedAt);
  installation.server = await startProcess(installation.dataDir, "all");
  await cancelRun(installation, runId);
  await database.end();
  await endProcess(other, "SIGTERM");
  return row("one of two, the other goes on", null, first, all);
}

function row(what: string, ready: number | null, first: number, all: number): Recovery {
  const seconds = (value: number): string => value.toFixed(2);
  return {
    what,
    "ready s": ready === null ? "–" : seconds(ready),
    "first tile s": seconds(first),
    "all it held s": seconds(all),
  };
}
