import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { noisePicture } from "#e2e/support/pictures.ts";
import { connectTo, tessera } from "#e2e/support/server.ts";
import { bareDatabase, bareLoop, bareQueue } from "./durable/bare.ts";

/**
 * What durability costs: milliseconds a tile of runs of many sizes with a model that takes 5 ms, side by side with a bare job a tile
 * and a bare loop on the same database; memory meanwhile; and how long it takes from a tile's commit until a client hears of it.
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
const sizes = values.tiles.split(",").map(Number);

type Server = { child: ChildProcess; url: string; dataDir: string; databaseUrl: string; token: string };

async function startServer(): Promise<Server> {
  const dataDir = await mkdtemp(join(tmpdir(), "tessera-bench-"));
  const child = spawn(process.execPath, [join(import.meta.dirname, "durable", "server.ts")], {
    env: { ...process.env, NODE_ENV: "production", TESSERA_DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.once("close", (code) => reject(new Error(`the server ended with ${code}`)));
    child.stdout?.on("data", (chunk) => {
      const line = String(chunk)
        .split("\n")
        .find((each) => each.startsWith('{"url"'));
      if (line) resolve(JSON.parse(line).url);
    });
  });
  const { stdout } = await tessera(dataDir, ["token", "create", "--role", "operator", "--json"]);
  const { port, password } = JSON.parse(await readFile(join(dataDir, "postgres.json"), "utf8"));
  const databaseUrl = `postgres://postgres:${password}@127.0.0.1:${port}/postgres`;
  return { child, url, dataDir, databaseUrl, token: JSON.parse(stdout).token };
}

async function api<T>(server: Server, path: string, init: RequestInit = {}): Promise<T> {
  const headers = { authorization: `Bearer ${server.token}`, "content-type": "application/json" };
  const response = await fetch(`${server.url}/api/v1${path}`, { ...init, headers });
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return JSON.parse(await response.text());
}

async function addPicture(server: Server): Promise<string> {
  const body = new Blob([Buffer.from(await noisePicture(12_800, 8000))]);
  const response = await fetch(`${server.url}/api/v1/images?name=noise.jpg`, {
    method: "POST",
    body,
    headers: { authorization: `Bearer ${server.token}` },
  });
  const { id }: { id: string } = JSON.parse(await response.text());
  while ((await api<{ state: string }>(server, `/images/${id}`)).state !== "ready") await sleep(200);
  return id;
}

async function startRun(server: Server, imageId: string, tiles: number, concurrency = CONCURRENCY): Promise<string> {
  const [columns, rows] = GRIDS[tiles] ?? [tiles, 1];
  const { id } = await api<{ id: string }>(server, `/images/${imageId}/runs`, {
    method: "POST",
    body: JSON.stringify({
      preset: "ask",
      classes: ["thing"],
      model: "bench:noop",
      allowProviders: ["bench"],
      tiling: { columns, rows, overlap: 0 },
      wholePicture: false,
      concurrency,
    }),
  });
  return id;
}

/** Milliseconds a tile, from the plan being written to the last tile's commit, as the ledger says. */
async function engine(server: Server, imageId: string, tiles: number): Promise<number> {
  const id = await startRun(server, imageId, tiles);
  const database = await connectTo(server.dataDir);
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

/** Resident megabytes of a process. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

/** Milliseconds from a tile's commit until `clients` hear of it, over a paced run: median and 95th percentile. */
async function eventLatency(server: Server, imageId: string, clients: number): Promise<{ p50: number; p95: number }> {
  const id = await startRun(server, imageId, 4096, 2);
  const delays: number[] = [];
  const streams = Array.from({ length: clients }, () => {
    const stream = request(`${server.url}/api/v1/runs/${id}/events`, {
      headers: { authorization: `Bearer ${server.token}` },
    });
    stream.on("error", () => undefined);
    stream.on("response", (response) => {
      let rest = "";
      response.on("error", () => undefined);
      response.on("data", (chunk) => {
        const now = Date.now();
        const frames = (rest + String(chunk)).split("\n\n");
        rest = frames.pop() ?? "";
        for (const frame of frames) {
          if (!frame.includes("\nevent: tile\n")) continue;
          const at = /"at":"([^"]+)"/.exec(frame)?.[1];
          if (at) delays.push(now - Date.parse(at));
        }
      });
    });
    stream.end();
    return stream;
  });
  await sleep(12_000);
  for (const stream of streams) stream.destroy();
  await api(server, `/runs/${id}/cancel`, { method: "POST", body: "{}" });
  delays.sort((a, b) => a - b);
  const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95) };
}

const server = await startServer();
try {
  const imageId = await addPicture(server);
  const bare = await bareDatabase(server.databaseUrl);
  await engine(server, imageId, 1024);
  const rows: Record<string, string>[] = [];
  let first: number | null = null;
  for (const tiles of sizes) {
    const own: number[] = [];
    const queue: number[] = [];
    const loop: number[] = [];
    let memory = 0;
    const watch = setInterval(() => {
      void memoryOf(server.child.pid ?? 0).then((mb) => {
        memory = Math.max(memory, mb);
      });
    }, 500);
    for (let round = 0; round < Number(values.rounds); round += 1) {
      own.push(await engine(server, imageId, tiles));
      queue.push(await bareQueue(bare, Math.min(tiles, 20_000), CONCURRENCY));
      loop.push(await bareLoop(bare, Math.min(tiles, 20_000), CONCURRENCY));
    }
    clearInterval(watch);
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
      "server MB": memory.toFixed(0),
    });
    console.table(rows.slice(-1));
  }
  console.table(rows);
  for (const clients of [1, 50]) {
    const { p50, p95 } = await eventLatency(server, imageId, clients);
    process.stdout.write(`event at ${clients} clients: median ${p50} ms, p95 ${p95} ms after the commit began\n`);
  }
} finally {
  server.child.kill("SIGTERM");
  await new Promise((resolve) => server.child.once("close", resolve));
  await rm(server.dataDir, { recursive: true, force: true });
}
