import { execFile } from "node:child_process";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { type RunningServer, startServer, tessera } from "#e2e/support/server.ts";
import { pyramidLevels, VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import { type Iipsrv, missingPackages, startIipsrv } from "./iipsrv.ts";
import { askCold, askWarm, type Figures, type Target } from "./load.ts";
import { makePicture } from "./picture.ts";

/** Times iipsrv's throughput that Tessera must reach, at a lower 95th percentile. */
const WANTED_RATIO = 5;
const WARM_SECONDS = 10;
/** The picture that is read cold is so much wider that neither server's own memory holds its tiles until the next round. */
const COLD_SIDE = 1.6;
const COLD_ROUNDS = 3;

type Tile = { level: number; column: number; row: number; columns: number };

/**
 * Tiles by Tessera's own server and by iipsrv, of the same pyramids: warm, again and again for some seconds, and cold, each tile of
 * another pyramid once, with its file out of the system's cache. Returns what was missed; says so and measures nothing where
 * Debian's packages are not installed.
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
  const server = await startServer({ dataDir });
  const { stdout } = await tessera(dataDir, ["token", "create", "--role", "operator", "--json"]);
  const site: Site = { server, authorization: `Bearer ${JSON.parse(stdout).token}`, dataDir, scratch };
  try {
    const iipsrv = await startIipsrv(dataDir, scratch);
    try {
      const table: Row[] = [];
      const warm = await addPicture(site, iipsrv, side);
      table.push(await compare("warm", warm, (target) => askWarm(target, WARM_SECONDS, scratch)));
      const cold = await addPicture(site, iipsrv, Math.round(side * COLD_SIDE));
      const ask = async (target: Target): Promise<Figures> => {
        const rounds: Figures[] = [];
        for (let round = 0; round < COLD_ROUNDS; round += 1) {
          await forgetFile(join(dataDir, cold.pyramid));
          rounds.push(await askCold(target));
        }
        return medianOf(rounds);
      };
      table.push(await compare("cold", cold, ask));
      console.table(
        table.flatMap(({ name, theirs, ours, ratio }) => [
          rowOf(`${name}, iipsrv`, theirs),
          { ...rowOf(`${name}, Tessera`, ours), "× iipsrv": ratio.toFixed(1) },
        ]),
      );
      return table.flatMap(missedOf);
    } finally {
      await iipsrv.stop();
    }
  } finally {
    await server.stop();
  }
}

type Site = { server: RunningServer; authorization: string; dataDir: string; scratch: string };
type Compared = { ours: Target; theirs: Target; pyramid: string };
type Row = { name: string; ours: Figures; theirs: Figures; ratio: number };

/** Adds a picture, and says where both servers have its tiles. */
async function addPicture({ server, authorization, scratch }: Site, iipsrv: Iipsrv, side: number): Promise<Compared> {
  const picture = join(scratch, `${side}.jpg`);
  await makePicture(picture, side);
  const { id } = await server.upload("picture.jpg", await readFile(picture));
  const answer = await fetch(`${server.url}/api/v1/images/${id}`, { headers: { authorization } });
  const { sha256 }: { sha256: string } = JSON.parse(await answer.text());
  const pyramid = join("blobs", "pyramids", sha256.slice(0, 2), sha256, "0.tif");
  const tiles = tilesOf(side);
  const highest = pyramidLevels(side, side).length - 1;
  return {
    pyramid,
    ours: {
      origin: server.url,
      paths: tiles.map(({ level, column, row }) => `/api/v1/images/${id}/tiles/${level}/${column}/${row}.jpg`),
      authorization,
    },
    theirs: {
      origin: iipsrv.origin,
      paths: tiles.map(({ level, column, row, columns }) =>
        iipsrv.tilePath(pyramid, highest - level, row * columns + column),
      ),
      authorization: null,
    },
  };
}

async function compare(name: string, of: Compared, ask: (target: Target) => Promise<Figures>): Promise<Row> {
  const theirs = await ask(of.theirs);
  const ours = await ask(of.ours);
  return { name, ours, theirs, ratio: ours.perSecond / theirs.perSecond };
}

function medianOf(rounds: readonly Figures[]): Figures {
  const median = (of: keyof Figures): number =>
    rounds.map((round) => round[of]).sort((a, b) => a - b)[rounds.length >> 1] ?? Number.NaN;
  return { perSecond: median("perSecond"), p50: median("p50"), p95: median("p95"), p99: median("p99") };
}

function missedOf({ name, ours, theirs, ratio }: Row): string[] {
  const missed: string[] = [];
  if (ratio < WANTED_RATIO) missed.push(`${name}: ${ratio.toFixed(1)} × iipsrv, wanted ${WANTED_RATIO}`);
  if (ours.p95 >= theirs.p95) missed.push(`${name}: p95 ${ours.p95.toFixed(1)} ms, iipsrv's ${theirs.p95.toFixed(1)}`);
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
