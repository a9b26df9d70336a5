import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { connectTo } from "#e2e/support/server.ts";
import { bareDatabase, bareLoop, bareQueue } from "./durable/bare.ts";
import { eventLatency } from "./durable/event-latency.ts";
import { addPicture, close, type Installation, startInstallation, startRun } from "./durable/installation.ts";
import { watchMemory } from "./durable/memory.ts";
import { recoveryAfterRestart, takeOver } from "./durable/recovery.ts";

/**
 * What durability costs: milliseconds a tile of runs of many sizes with a model that takes 5 ms, side by side with a bare job a tile
 * and a bare loop on the same database; memory of the server and of Postgres meanwhile; how long it takes from a tile's commit until a
 * client hears of it; and how long until work goes on after kill -9.
 */

const GRIDS: Record<number, [columns: number, rows: number]> = {
  64: [8, 8],
  1024: [32, 32],
  4096: [64, 64],
  20000: [160, 125],
  100000: [400, 250],
};
const CONCURRENCY = 16;

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: {
    tiles: { type: "string", default: "64,1024,4096,20000,100000" },
    rounds: { type: "string", default: "1" },
  },
});
const sizes = values.tiles.split(",").filter(Boolean).map(Number);

/** Milliseconds a tile, from the plan being written to the last tile's commit, as the ledger says. */
async function engine(installation: Installation, imageId: string, tiles: number): Promise<number> {
  const [across, down] = GRIDS[tiles] ?? [tiles, 1];
  const run = { model: "bench:noop", columns: across, rows: down, concurrency: CONCURRENCY } as const;
  const id = await startRun(installation, imageId, run);
  const database = await connectTo(installation.dataDir);
  for (;;) {
    const { rows } = await database.query("SELECT state FROM runs WHERE id = $1", [id]);
    if (rows[0]?.state === "completed") break;
    if (rows[0]?.state === "failed" || rows[0]?.state === "partial") throw new Error(`the run ended ${rows[0].state}`);
    await sleep(tiles > 5000 ? 1000 : 50);
  }
  const { rows } = await database.query<{ ms: number }>(
    `SELECT extract(epoch FROM max(tiles.finished_at) - min(runs.started_at))::float8 * 1000 AS ms
      FROM tiles JOIN runs ON runs.id = tiles.run_id WHERE run_id = $1`,
    [id],
  );
  await database.end();
  return (rows[0]?.ms ?? Number.NaN) / tiles;
}

const installation = await startInstallation();
try {
  const imageId = await addPicture(installation);
  const bare = await bareDatabase(installation.databaseUrl);
  await engine(installation, imageId, 1024);
  const rows: Record<string, string>[] = [];
  let first: number | null = null;
  for (const tiles of sizes) {
    const own: number[] = [];
    const queue: number[] = [];
    const loop: number[] = [];
    const memory = watchMemory(installation);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      own.push(await engine(installation, imageId, tiles));
      queue.push(await bareQueue(bare, Math.min(tiles, 20_000), CONCURRENCY));
      loop.push(await bareLoop(bare, Math.min(tiles, 20_000), CONCURRENCY));
    }
    const { server, postgres } = memory();
    const [a, b, c] = [own, queue, loop].map((times) => Math.min(...times));
    if (a === undefined || b === undefined || c === undefined) continue;
    if (tiles === 1024) first = a;
    rows.push({
      tiles: String(tiles),
      "engine ms/tile": a.toFixed(2),
      "bare job": b.toFixed(2),
      "bare loop": c.toFixed(2),
      "engine / bare job": (a / b).toFixed(2),
      "against 1,024": first === null ? "–" : (a / first).toFixed(2),
      "server MB": server.toFixed(0),
      "Postgres MB": postgres.toFixed(0),
    });
    console.table(rows.slice(-1));
  }
  if (rows.length > 0) console.table(rows);
  const latencies = [];
  for (const clients of [1, 50]) latencies.push(await eventLatency(installation, imageId, clients));
  console.table(latencies);
  console.table([await recoveryAfterRestart(installation, imageId), await takeOver(installation, imageId)]);
} finally {
  await close(installation);
}
