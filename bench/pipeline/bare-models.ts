import { availableParallelism } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { planRun } from "#lib/core/tiling/plan-run.ts";
import type { CellKind } from "#lib/models/local/cells/cell-task.ts";
import { localCellModel } from "#lib/models/local/cells/tile-model.ts";
import { CENTERNET_SIDE } from "#lib/models/local/centernet-size.ts";
import { cellPool, inferencePool } from "#lib/models/local/pools.ts";
import type { TilePicture } from "#lib/models/types.ts";
import { openPage, SETTINGS } from "../quality/open-page.ts";

/** A model and the tiles that a run with the preset has, their pixels in memory: `run` looks at all of them. */
export type BareModel = { tiles: number; run(): Promise<Work> };

/** From the first tile to the last. */
export type Work = { seconds: number; processorSeconds: number };

const never = new AbortController().signal;

/** A picture several times over, side by side: enough tiles to be measured. Returns the file. */
export async function sideBySide(
  picture: string,
  folder: string,
  { columns, rows }: { columns: number; rows: number },
): Promise<string> {
  const page = await openPage(picture);
  const { data, width, height } = await page.read({ x: 0, y: 0, width: page.width, height: page.height });
  const raw = { width, height, channels: 3 } as const;
  const pieces = Array.from({ length: columns * rows }, (_, index) => {
    return {
      input: Buffer.from(data),
      raw,
      left: (index % columns) * width,
      top: Math.floor(index / columns) * height,
    };
  });
  const canvas = { width: width * columns, height: height * rows, channels: 3, background: "#000" } as const;
  const file = path.join(folder, `${path.parse(picture).name}.png`);
  await sharp({ create: canvas }).composite(pieces).png().toFile(file);
  return file;
}

/** The detector without anything round it. */
export async function bareDetector(file: string, preset: string): Promise<BareModel> {
  const pool = inferencePool("centernet", availableParallelism());
  const tiles = await tilesOf(file, preset, CENTERNET_SIDE);
  return timed(tiles, ({ data, width, height }) => pool.run(new Uint8Array(data), never, { width, height }));
}

/** An embedded cell model without anything round it; the page is studied before. */
export async function bareCells(file: string, kind: CellKind): Promise<BareModel> {
  const pool = cellPool(availableParallelism());
  const model = localCellModel(kind, SETTINGS);
  const page = await openPage(file);
  const settings = await model.study?.(page, { micronsPerPixel: page.micronsPerPixel, signal: never });
  return timed(await tilesOf(file, kind, model.inputSide), ({ data, width, height }) =>
    pool.run(new Uint8Array(data), never, { kind, width, height, settings }),
  );
}

async function tilesOf(file: string, preset: string, inputSide: number): Promise<TilePicture[]> {
  const page = await openPage(file);
  const { tiling } = findPreset(preset);
  const pages = [{ page: 0, width: page.width, height: page.height }];
  const plan = planRun({ pages, tiling, region: null, wholePicture: false, inputSide });
  return Promise.all(plan.map((tile) => page.read(tile)));
}

function timed<Tile>(tiles: readonly Tile[], look: (tile: Tile) => Promise<unknown>): BareModel {
  return {
    tiles: tiles.length,
    async run() {
      const started = performance.now();
      const before = process.cpuUsage();
      await Promise.all(tiles.map(look));
      const { user, system } = process.cpuUsage(before);
      return { seconds: (performance.now() - started) / 1000, processorSeconds: (user + system) / 1e6 };
    },
  };
}
