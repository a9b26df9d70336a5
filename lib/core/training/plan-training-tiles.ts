import type { BoxNumbers } from "../geometry/shape.ts";
import { boxAt, type TrainingObjects } from "./training-objects.ts";

export type TrainingPart = "train" | "val";
/** A tile to learn from, or to check on; whole pixels of its page. */
export type TrainingTile = {
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  part: TrainingPart;
  /** Positions of the objects of which it shows anything. */
  touching: Uint32Array;
};

/** An object as a tile shows it: its position among the objects, and what of its box is in the tile, in pixels of the tile. */
type TileObject = { at: number; box: BoxNumbers };

export type TrainingPlan = {
  tiles: TrainingTile[];
  /** Tiles beside the border of the parts that show an object of the other one, and so are in neither. */
  leaking: number;
};

type PageSize = { width: number; height: number };
type Options = {
  /** Side of a tile, in pixels. */
  tile: number;
  /** The part of the objects to check on, 0 to 1. */
  validation: number;
};

/** An object is labelled in a tile that shows at least so much of it, as a part of its box. */
const LEAST_VISIBLE = 0.3;
/** Tiles without any object, as a part of those with some: a detector has to see some of what is nothing. */
const EMPTY_SHARE = 0.1;

/**
 * Cuts pages into tiles that share no pixel, and parts them by region: of one page a strip along its longer side is checked on, of several pages
 * the last ones. Tiles of the strip that show any of an object that a tile to learn from shows too are left out, so that no object is in
 * both parts. Deterministic.
 */
export function planTrainingTiles(
  objects: TrainingObjects,
  pages: readonly PageSize[],
  options: Options,
): TrainingPlan {
  const grid = gridOf(pages, options.tile);
  const isChecked = checkedRegion(objects, pages, options);
  const partOf = (place: Place): TrainingPart => (isChecked(place) ? "val" : "train");
  const touched = touchedTiles(objects, grid).map((tile) => ({ ...tile, part: partOf(tile) }));
  const learnt = new Uint8Array(objects.count);
  for (const { part, touching } of touched) if (part === "train") for (const at of touching) learnt[at] = 1;
  const kept = touched.filter(({ part, touching }) => part === "train" || !touching.some((at) => learnt[at] === 1));
  const taken = new Set(touched.map(({ number }) => number));
  const none = new Uint32Array(0);
  const empty = emptyPlaces(grid, taken).map((place) => ({ ...place, part: partOf(place), touching: none }));
  const tiles = [...kept, ...empty].sort((a, b) => a.number - b.number);
  return { tiles, leaking: touched.length - kept.length };
}

/** The objects that a tile shows enough of to be labelled in it. */
export function shownIn(tile: TrainingTile, objects: TrainingObjects): TileObject[] {
  return Array.from(tile.touching).flatMap((at) => {
    const box = seenOf(boxAt(objects, at), tile);
    return box ? [{ at, box }] : [];
  });
}

type Place = Omit<TrainingTile, "part" | "touching">;

/** Which tiles are checked on: those of the last pages, or of a strip at the end of the longer side. */
function checkedRegion(
  objects: TrainingObjects,
  pages: readonly PageSize[],
  { tile, validation }: Options,
): (place: Place) => boolean {
  const [first] = pages;
  const alongX = (first?.width ?? 0) >= (first?.height ?? 0);
  const unitOf =
    pages.length > 1
      ? ({ page }: { page: number }) => page
      : ({ x, y }: { x: number; y: number }) => Math.floor((alongX ? x : y) / tile);
  const counts = new Map<number, number>();
  for (let at = 0; at < objects.count; at += 1) {
    const [x, y, width, height] = boxAt(objects, at);
    const unit = unitOf({ page: objects.pages[at] ?? 0, x: x + width / 2, y: y + height / 2 });
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const units = [...counts.keys()].sort((a, b) => b - a);
  let border = Infinity;
  let count = 0;
  // The first unit is always learnt from.
  for (const unit of units.slice(0, -1)) {
    if (count >= validation * objects.count) break;
    count += counts.get(unit) ?? 0;
    border = unit;
  }
  return (place) => unitOf(place) >= border;
}

/** The tiles of all pages, numbered from the first page's top left to the last one's bottom right, row by row. */
type Grid = { side: number; sheets: (PageSize & { columns: number; rows: number; first: number })[]; count: number };

function gridOf(pages: readonly PageSize[], side: number): Grid {
  let count = 0;
  const sheets = pages.map(({ width, height }) => {
    const [columns, rows] = [Math.ceil(width / side), Math.ceil(height / side)];
    const first = count;
    count += columns * rows;
    return { width, height, columns, rows, first };
  });
  return { side, sheets, count };
}

type NumberedPlace = Place & { number: number };

function placeAt({ side, sheets }: Grid, page: number, number: number): NumberedPlace {
  const { width, height, columns, first } = sheets[page] ?? { width: 0, height: 0, columns: 1, first: 0 };
  const x = ((number - first) % columns) * side;
  const y = Math.floor((number - first) / columns) * side;
  return { number, page, x, y, width: Math.min(side, width - x), height: Math.min(side, height - y) };
}

/** Tiles that show any of an object, with the objects: counted at first, so that each is one piece of a single column. */
function touchedTiles(objects: TrainingObjects, grid: Grid): (NumberedPlace & { touching: Uint32Array })[] {
  const tiles = new Map<number, { page: number; count: number; start: number }>();
  let all = 0;
  for (let at = 0; at < objects.count; at += 1) {
    const page = objects.pages[at] ?? 0;
    for (const number of numbersOf(boxAt(objects, at), page, grid)) {
      const tile = tiles.get(number);
      if (tile) tile.count += 1;
      else tiles.set(number, { page, count: 1, start: 0 });
      all += 1;
    }
  }
  const column = new Uint32Array(all);
  let start = 0;
  for (const tile of tiles.values()) {
    tile.start = start;
    start += tile.count;
    tile.count = 0;
  }
  for (let at = 0; at < objects.count; at += 1) {
    for (const number of numbersOf(boxAt(objects, at), objects.pages[at] ?? 0, grid)) {
      const tile = tiles.get(number);
      if (tile) column[tile.start + tile.count++] = at;
    }
  }
  return [...tiles].map(([number, tile]) => ({
    ...placeAt(grid, tile.page, number),
    touching: column.subarray(tile.start, tile.start + tile.count),
  }));
}

/** Numbers of the tiles that a box touches. */
function* numbersOf([x, y, width, height]: BoxNumbers, page: number, { side, sheets }: Grid): Generator<number> {
  const sheet = sheets[page];
  if (!sheet) return;
  const [right, bottom] = [Math.min(x + width, sheet.width), Math.min(y + height, sheet.height)];
  for (let row = Math.floor(Math.max(0, y) / side); row * side < bottom; row += 1) {
    for (let column = Math.floor(Math.max(0, x) / side); column * side < right; column += 1) {
      yield sheet.first + row * sheet.columns + column;
    }
  }
}

/** What of a box a tile shows; null where that is too little to be labelled. */
function seenOf([x, y, width, height]: BoxNumbers, tile: Place): BoxNumbers | null {
  const [left, top] = [Math.max(x, tile.x), Math.max(y, tile.y)];
  const right = Math.min(x + width, tile.x + tile.width);
  const bottom = Math.min(y + height, tile.y + tile.height);
  const seen = (right - left) * (bottom - top);
  if (seen <= 0 || seen < LEAST_VISIBLE * width * height) return null;
  return [left - tile.x, top - tile.y, right - left, bottom - top];
}

/** Tiles that no object touches, spread over the pages. */
function emptyPlaces(grid: Grid, taken: ReadonlySet<number>): NumberedPlace[] {
  const wanted = Math.ceil(taken.size * EMPTY_SHARE);
  const all = grid.count - taken.size;
  if (wanted === 0 || all <= 0) return [];
  const step = Math.max(1, Math.floor(all / wanted));
  const chosen: NumberedPlace[] = [];
  let passed = 0;
  for (const [page, { first, columns, rows }] of grid.sheets.entries()) {
    for (let number = first; number < first + columns * rows; number += 1) {
      if (chosen.length >= wanted) return chosen;
      if (!taken.has(number) && passed++ % step === 0) chosen.push(placeAt(grid, page, number));
    }
  }
  return chosen;
}
