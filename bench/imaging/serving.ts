import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { startServer, tessera } from "#e2e/support/server.ts";
import { pyramidLevels, VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import { missingPackages, startIipsrv } from "./iipsrv.ts";
import { askCold, askWarm, type Figures, type Target } from "./load.ts";
import { makePicture } from "./picture.ts";

/** Times iipsrv's throughput that Tessera must reach, at a lower 95th percentile. */
const WANTED_RATIO = 5;
const WARM_SECONDS = 10;

type Tile = { level: number; column: number; row: number; columns: number };

/**
 * Tiles of one pyramid, by Tessera's own server and by iipsrv, one after the other: cold (the files out of the system's cache, each
 * tile asked for once) and warm. Returns what was missed; says so and measures nothing where Debian's packages are not installed.
 */
export async function measureServing(folder: string, side: number): Promise<string[]> {
  const missing = await missingPackages();
  if (missing.length > 0) {
    console.log(`serving: not measured, as these Debian packages are not installed: ${missing.join(", ")}`);
    return [];
  }
  const dataDir = join(folder, "data");
  const scratch = join(folder, "serving");
  await mkdir(scratch);
  const picture = join(folder, "picture.jpg");
  await makePicture(picture, side);
  const server = await startServer({ dataDir });
  try {
    const { id } = await server.upload("picture.jpg", await readFile(picture));
    const image = await (await server.api("viewer")).get<{ sha256: string }>(`/api/v1/images/${id}`);
    const name = `pyramids/${image.sha256.slice(0, 2)}/${image.sha256}/0.tif`;
    const blobs = join(dataDir, "blobs");
    const tiles = tilesOf(side);
    const { stdout } = await tessera(dataDir, ["token", "create", "--role", "viewer", "--json"]);

    const own: Target = {
      origin: server.url,
      paths: tiles.map(({ level, column, row }) => `/api/v1/images/${id}/tiles/${level}/${column}/${row}.jpg`),
      authorization: `Bearer ${JSON.parse(stdout).token}`,
    };
    const iipsrv = await startIipsrv(blobs, scratch);
    try {
      const highest = pyramidLevels(side, side).length - 1;
      const other: Target = {
        origin: iipsrv.origin,
        paths: tiles.map(({ level, column, row, columns }) =>
          iipsrv.tilePath(name, highest - level, row * columns + column),
        ),
        authorization: null,
      };
      return await compare(own, other, join(blobs, name), scratch);
    } finally {
      await iipsrv.stop();
    }
  } finally {
    await server.stop();
  }
}

async function compare(own: Target, other: Target, pyramid: string, scratch: string): Promise<string[]> {
  const table: Record<string, string | number>[] = [];
  const missed: string[] = [];
  const measure = async (name: string, ask: (target: Target) => Promise<Figures>): Promise<void> => {
    const [theirs, ours] = [await ask(other), await ask(own)];
    const ratio = ours.perSecond / theirs.perSecond;
    table.push(rowOf(`${name}, iipsrv`, theirs), { ...rowOf(`${name}, Tessera`, ours), "× iipsrv": ratio.toFixed(1) });
    if (ratio < WANTED_RATIO) missed.push(`${name}: ${ratio.toFixed(1)} × iipsrv, wanted ${WANTED_RATIO}`);
    if (ours.p95 >= theirs.p95)
      missed.push(`${name}: p95 ${ours.p95.toFixed(1)} ms, iipsrv's ${theirs.p95.toFixed(1)}`);
  };
  await measure("cold", async (target) => {
    await forgetFile(pyramid);
    return askCold(target);
  });
  await measure("warm", (target) => askWarm(target, WARM_SECONDS, scratch));
  console.table(table);
  return missed;
}

function rowOf(name: string, { perSecond, p50, p95, p99 }: Figures): Record<string, string | number> {
  const ms = (value: number): string => value.toFixed(2);
  return { serving: name, "tiles/s": Math.round(perSecond), "p50 ms": ms(p50), "p95 ms": ms(p95), "p99 ms": ms(p99) };
}

function tilesOf(side: number): Tile[] {
  return pyramidLevels(side, side).flatMap(({ width, height }, level) => {
    const columns = Math.ceil(width / VIEWER_TILE);
    const rows = Math.ceil(height / VIEWER_TILE);
    return Array.from({ length: columns * rows }, (_, index) => ({
      level,
      column: index % columns,
      row: Math.floor(index / columns),
      columns,
    }));
  });
}

/** Takes a file out of the system's cache: what `dd` of GNU coreutils does with `nocache` and nothing to copy. */
async function forgetFile(path: string): Promise<void> {
  await promisify(execFile)("dd", [`if=${path}`, "iflag=nocache", "count=0", "status=none"]);
}
