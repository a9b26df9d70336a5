import { createRequire } from "node:module";
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";

/** What the engine is measured against, on the same database: the bare queue, and a bare loop. */

const MODEL_MS = 5;

type Runner = { stop(): Promise<void> };
type Graphile = {
  run(options: object): Promise<Runner>;
  makeWorkerUtils(options: object): Promise<{ migrate(): Promise<void>; release(): Promise<void> }>;
  Logger: new (factory: () => () => void) => object;
};

/** The queue that the workflow world brings along. */
function graphile(): Graphile {
  const world = createRequire(import.meta.url).resolve("@workflow/world-postgres");
  return createRequire(world)("graphile-worker");
}

/**
 * A database of its own on the server at `url`: the queue's set-up tells all workers of a database to leave, the product's too.
 */
export async function bareDatabase(url: string): Promise<string> {
  const pool = new Pool({ connectionString: url, max: 1 });
  await pool.query("CREATE DATABASE bench_bare");
  await pool.end();
  const address = new URL(url);
  address.pathname = "/bench_bare";
  return address.href;
}

/** Milliseconds a tile of one graphile-worker job each, that takes 5 ms and writes one row; jobs are added before. */
export async function bareQueue(url: string, tiles: number, concurrency: number): Promise<number> {
  const pgPool = new Pool({ connectionString: url, max: concurrency + 2 });
  const { makeWorkerUtils, run, Logger } = graphile();
  const logger = new Logger(() => () => undefined);
  const utils = await makeWorkerUtils({ pgPool, logger });
  await utils.migrate();
  await utils.release();
  await pgPool.query("CREATE TABLE IF NOT EXISTS bench_results (tile int, at timestamptz DEFAULT now())");
  await pgPool.query(
    `SELECT graphile_worker.add_job('tile', json_build_object('tile', tile)) FROM generate_series(1, $1::int) AS tile`,
    [tiles],
  );
  let done = 0;
  const from = performance.now();
  const taskList = {
    tile: async (payload: { tile: number }) => {
      await sleep(MODEL_MS);
      await pgPool.query("INSERT INTO bench_results (tile) VALUES ($1)", [payload.tile]);
      done += 1;
    },
  };
  const runner = await run({ pgPool, logger, concurrency, taskList, noHandleSignals: true, pollInterval: 500 });
  while (done < tiles) await sleep(5);
  const took = performance.now() - from;
  await runner.stop();
  await pgPool.query("TRUNCATE bench_results");
  await pgPool.end();
  return took / tiles;
}

/** Milliseconds a tile of a loop that claims with SKIP LOCKED, takes 5 ms and marks the row done. No durability of what lies between. */
export async function bareLoop(url: string, tiles: number, concurrency: number): Promise<number> {
  const pool = new Pool({ connectionString: url, max: concurrency });
  await pool.query("DROP TABLE IF EXISTS bench_loop");
  await pool.query("CREATE TABLE bench_loop (tile int PRIMARY KEY, state text NOT NULL DEFAULT 'pending')");
  await pool.query("INSERT INTO bench_loop (tile) SELECT generate_series(1, $1::int)", [tiles]);
  await pool.query("CREATE INDEX ON bench_loop (tile) WHERE state = 'pending'");
  await pool.query("ANALYZE bench_loop");
  const from = performance.now();
  const lane = async (): Promise<void> => {
    for (;;) {
      const { rows } = await pool.query<{ tile: number }>(
        `WITH picked AS MATERIALIZED (
            SELECT tile FROM bench_loop WHERE state = 'pending' ORDER BY tile LIMIT 1 FOR UPDATE SKIP LOCKED)
          UPDATE bench_loop SET state = 'running' FROM picked WHERE bench_loop.tile = picked.tile RETURNING bench_loop.tile`,
      );
      const tile = rows[0]?.tile;
      if (tile === undefined) return;
      await sleep(MODEL_MS);
      await pool.query("UPDATE bench_loop SET state = 'done' WHERE tile = $1", [tile]);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  const took = performance.now() - from;
  await pool.end();
  return took / tiles;
}
