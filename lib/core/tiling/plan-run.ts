import type { Region, Tiling } from "../detection/run.ts";
import { TesseraError } from "../errors.ts";
import { boundsOfRegion, type Rectangle, regionTest } from "../geometry/region.ts";
import { assertFew, planTiles } from "./plan-tiles.ts";

/** A row of the tile ledger before any work: rectangle in level-0 pixels, and the size in pixels at which the model sees it. */
export type RunTile = {
  index: number;
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  readWidth: number;
  readHeight: number;
  wholePicture: boolean;
};

export type RunPlanRequest = {
  pages: readonly { page: number; width: number; height: number }[];
  tiling: Tiling;
  /** Only tiles that share area with this polygon (level-0 pixels); null: all. */
  region: Region | null;
  /** Adds one look at all of what is analysed of a page, for objects larger than a tile. */
  wholePicture: boolean;
  /** Side in pixels at which the model sees best. */
  inputSide: number;
};

type Look = Rectangle & { page: number; wholePicture: boolean };

/** A tile is read at its own size up to this many times the side a model sees. */
const NATIVE_FACTOR = 2;

/**
 * All tiles of a run: page by page, row by row, then one whole-picture tile for each page that has more than one tile (with a
 * region: its bounds within the page). Depends on the arguments only. Throws `bad-input` where there would be no tile or too many.
 */
export function planRun(request: RunPlanRequest): RunTile[] {
  const isWanted = request.region ? regionTest(request.region) : () => true;
  const looks: Look[] = [];
  const wholes: Look[] = [];
  for (const { page, width, height } of request.pages) {
    const wanted = planTiles({ width, height, tiling: request.tiling }).filter(isWanted);
    for (const tile of wanted) looks.push({ ...tile, page, wholePicture: false });
    assertFew(looks.length);
    if (request.wholePicture && wanted.length > 1) {
      wholes.push({ ...analysedPart(request.region, width, height), page, wholePicture: true });
    }
  }
  if (looks.length === 0) {
    throw new TesseraError("bad-input", "the region lies outside the picture", {
      remedy: "give a polygon in level-0 pixels, origin top-left, that covers part of the picture",
    });
  }
  for (const whole of wholes) looks.push(whole);
  return looks.map(({ page, x, y, width, height, wholePicture }, index) => {
    const { readWidth, readHeight } = readSize(width, height, request);
    return { index, page, x, y, width, height, readWidth, readHeight, wholePicture };
  });
}

function analysedPart(region: Region | null, width: number, height: number): Rectangle {
  if (!region) return { x: 0, y: 0, width, height };
  const bounds = boundsOfRegion(region);
  const x = Math.max(0, Math.floor(bounds.x));
  const y = Math.max(0, Math.floor(bounds.y));
  const right = Math.min(width, Math.ceil(bounds.x + bounds.width));
  const bottom = Math.min(height, Math.ceil(bounds.y + bounds.height));
  return { x, y, width: right - x, height: bottom - y };
}

/** The size at the tiling's level while its longer side is at most `NATIVE_FACTOR` times the model's, else scaled so that it is the model's. */
function readSize(
  width: number,
  height: number,
  { inputSide, tiling }: RunPlanRequest,
): { readWidth: number; readHeight: number } {
  const shrink = 2 ** levelOf(tiling);
  const longer = Math.max(width, height);
  const isSmall = longer <= NATIVE_FACTOR * inputSide * shrink;
  const scaled = (side: number): number =>
    Math.max(1, Math.round(isSmall ? side / shrink : (side * inputSide) / longer));
  return { readWidth: scaled(width), readHeight: scaled(height) };
}

/** The level of the pyramid that a run's tiles are read at; 0 where they are read as they are. */
export function levelOf(tiling: Tiling): number {
  return "level" in tiling ? (tiling.level ?? 0) : 0;
}
