import { availableParallelism } from "node:os";
import path from "node:path";
import sharp from "sharp";
import { projectRoot } from "#lib/config/paths.ts";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { planRun } from "#lib/core/tiling/plan-run.ts";
import type { CellKind } from "#lib/models/local/cells/cell-task.ts";
import { localCellModel } from "#lib/models/local/cells/tile-model.ts";
import { CENTERNET_SIDE } from "#lib/models/local/centernet-size.ts";
import { letterbox } from "#lib/models/local/letterbox.ts";
import { cellPool, inferencePool } from "#lib/models/local/pools.ts";
import type { TilePicture } from "#lib/models/types.ts";
import { openPage, SETTINGS } from "../quality/open-page.ts";

/** A model and the tiles that a run with the preset has, their pixels in memory: `run` looks at all of them, and says the seconds. */
export type BareModel = { tiles: number; run(): Promise<number> };

const COLUMNS = 2;
const ROWS = 1;
const never = new AbortController().signal;

/** The sample's road, side by side: enough tiles to be measured. Returns the file. */
export async function roadScene(folder: string): Promise<string> {
  const road = path.join(projectRoot(), "samples", "terrain2.png");
  const { width, height } = await sharp(road).metadata();
  const pieces = Array.from({ length: COLUMNS * ROWS }, (_, index) => {
    return { input: road, left: (index % COLUMNS) * width, top: Math.floor(index / COLUMNS) * height };
  });
  const canvas = { width: width * COLUMNS, height: height * ROWS, channels: 3, background: "#000" } as const;
  const file = path.join(folder, "roads.png");
  await sharp({ create: canvas }).composite(pieces).png().toFile(file);
  return file;
}

/** The detector without anything round it. */
export async function bareDetector(file: string, preset: string): Promise<BareModel> {
  const pool = inferencePool("centernet", availableParallelism());
  const tiles = await tilesOf(file, preset, CENTERNET_SIDE);
  const squares = await Promise.all(tiles.map(async (tile) => (await letterbox(tile, CENTERNET_SIDE)).rgb));
  return timed(squares, (rgb) => pool.run(new Uint8Array(rgb), never));
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
      await Promise.all(tiles.map(look));
      return (performance.now() - started) / 1000;
    },
  };
}
