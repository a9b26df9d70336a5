import type { BoxNumbers } from "../geometry/shape.ts";

/** An object of a training set, in level-0 pixels of its page. */
export type TrainingObject = { page: number; box: BoxNumbers; label: string };

/** An object as a tile shows it: its position among the objects, and what of its box is in the tile, in pixels of the tile. */
type TileObject = { at: number; box: BoxNumbers };

export type TrainingPart = "train" | "val";
/** A tile to learn from, or to check on; whole pixels of its page. */
export type TrainingTile = {
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  part: TrainingPart;
  objects: TileObject[];
};

export type TrainingPlan = {
  tiles: TrainingTile[];
  /** Tiles beside the border of the parts that show an object of the other one, and so are in neither. */
  leaking: number;
};

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
  objects: readonly TrainingObject[],
  pages: readonly { width: number; height: number }[],
  options: Options,
): TrainingPlan {
  const byTile = new Map<string, { tile: TrainingTile; touching: number[] }>();
  const isChecked = checkedRegion(objects, pages, options);
  for (const [at, { page, box }] of objects.entries()) {
    for (const tile of tilesOf(box, page, pages[page], options.tile)) {
      const key = `${page} ${tile.x} ${tile.y}`;
      const entry = byTile.get(key) ?? { tile: { ...tile, part: isChecked(tile) ? "val" : "train" }, touching: [] };
      entry.touching.push(at);
      const seen = seenOf(box, tile);
      if (seen) entry.tile.objects.push({ at, box: seen });
      byTile.set(key, entry);
    }
  }
  const learnt = new Set<number>();
  for (const { tile, touching } of byTile.values())
    if (tile.part === "train") for (const at of touching) learnt.add(at);
  const all = [...byTile.values()];
  const kept = all.filter(({ tile, touching }) => tile.part === "train" || !touching.some((at) => learnt.has(at)));
  const tiles = [
    ...kept.map(({ tile }) => tile),
    ...emptyTiles(pages, options.tile, new Set(byTile.keys()), isChecked),
  ];
  return { tiles: tiles.sort((a, b) => a.page - b.page || a.y - b.y || a.x - b.x), leaking: all.length - kept.length };
}

type Place = Omit<TrainingTile, "part" | "objects">;

/** Which tiles are checked on: those of the last pages, or of a strip at the end of the longer side. */
function checkedRegion(
  objects: readonly TrainingObject[],
  pages: readonly { width: number; height: number }[],
  { tile, validation }: Options,
): (place: Place) => boolean {
  const [first] = pages;
  const alongX = (first?.width ?? 0) >= (first?.height ?? 0);
  const unitOf =
    pages.length > 1
      ? ({ page }: { page: number }) => page
      : ({ x, y }: { x: number; y: number }) => Math.floor((alongX ? x : y) / tile);
  const counts = new Map<number, number>();
  for (const { page, box } of objects) {
    const unit = unitOf({ page, x: box[0] + box[2] / 2, y: box[1] + box[3] / 2 });
    counts.set(unit, (counts.get(unit) ?? 0) + 1);
  }
  const units = [...counts.keys()].sort((a, b) => b - a);
  let border = Infinity;
  let count = 0;
  // The first unit is always learnt from.
  for (const unit of units.slice(0, -1)) {
    if (count >= validation * objects.length) break;
    count += counts.get(unit) ?? 0;
    border = unit;
  }
  return (place) => unitOf(place) >= border;
}

/** The tiles of the grid that a box touches. */
function tilesOf(
  [x, y, width, height]: BoxNumbers,
  page: number,
  size: { width: number; height: number } | undefined,
  side: number,
): (Place & { objects: TileObject[] })[] {
  if (!size) return [];
  const found: (Place & { objects: TileObject[] })[] = [];
  const [right, bottom] = [Math.min(x + width, size.width), Math.min(y + height, size.height)];
  for (let top = Math.floor(Math.max(0, y) / side) * side; top < bottom; top += side) {
    for (let left = Math.floor(Math.max(0, x) / side) * side; left < right; left += side) {
      found.push({ ...placeAt(page, left, top, size, side), objects: [] });
    }
  }
  return found;
}

function placeAt(page: number, x: number, y: number, size: { width: number; height: number }, side: number): Place {
  return { page, x, y, width: Math.min(side, size.width - x), height: Math.min(side, size.height - y) };
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
function emptyTiles(
  pages: readonly { width: number; height: number }[],
  side: number,
  taken: ReadonlySet<string>,
  isChecked: (place: Place) => boolean,
): TrainingTile[] {
  const wanted = Math.ceil(taken.size * EMPTY_SHARE);
  const counts = pages.map(({ width, height }) => Math.ceil(width / side) * Math.ceil(height / side));
  const all = counts.reduce((sum, count) => sum + count, 0) - taken.size;
  if (wanted === 0 || all <= 0) return [];
  const step = Math.max(1, Math.floor(all / wanted));
  const chosen: TrainingTile[] = [];
  let passed = 0;
  for (const [page, size] of pages.entries()) {
    for (let y = 0; y < size.height; y += side) {
      for (let x = 0; x < size.width; x += side) {
        if (chosen.length >= wanted) return chosen;
        if (taken.has(`${page} ${x} ${y}`)) continue;
        const place = placeAt(page, x, y, size, side);
        if (passed++ % step === 0) chosen.push({ ...place, part: isChecked(place) ? "val" : "train", objects: [] });
      }
    }
  }
  return chosen;
}
