import type { Tile } from "#lib/core/detection/run.ts";

/** A cell of the map, level-0 pixels. */
type Cell = { x: number; y: number; width: number; height: number };

/** The tiles of a page as cells that do not overlap: each ends in the middle of what it shares with its neighbour. */
export type MapCells = {
  /** Indexes of the tiles that have a cell. */
  tiles: readonly number[];
  /** Null where the tile is not on this page, or is a look at the whole picture. */
  cellOf: (tile: number) => Cell | null;
  /** The tile whose cell holds a point (level-0 pixels). */
  at: (point: { x: number; y: number }) => number | null;
};

/** Lays the tiles of a page out. Tiles stand in columns and rows, as plans are made. */
export function cellsOf(places: readonly Tile[], page: number): MapCells {
  const own = places.filter((place) => place.page === page && !place.wholePicture);
  const columns = boundsOf(own.map(({ x, width }) => ({ from: x, to: x + width })));
  const rows = boundsOf(own.map(({ y, height }) => ({ from: y, to: y + height })));
  const byPlace = new Map<number, number>();
  const cells = new Map<number, Cell>();
  for (const { index, x, y } of own) {
    const [column, row] = [columns.byStart.get(x), rows.byStart.get(y)];
    const [across, down] = [columns.parts[column ?? -1], rows.parts[row ?? -1]];
    if (column === undefined || row === undefined || !across || !down) continue;
    byPlace.set(row * columns.parts.length + column, index);
    cells.set(index, { x: across.from, y: down.from, width: across.to - across.from, height: down.to - down.from });
  }
  return {
    tiles: own.map(({ index }) => index),
    cellOf: (tile) => cells.get(tile) ?? null,
    at({ x, y }) {
      const [column, row] = [partAt(columns.parts, x), partAt(rows.parts, y)];
      if (column === null || row === null) return null;
      return byPlace.get(row * columns.parts.length + column) ?? null;
    },
  };
}

type Part = { from: number; to: number };

/** The stretches of one axis, in order; where two overlap, they meet in the middle. */
function boundsOf(stretches: readonly Part[]): { parts: readonly Part[]; byStart: ReadonlyMap<number, number> } {
  const widest = new Map<number, number>();
  for (const { from, to } of stretches) widest.set(from, Math.max(to, widest.get(from) ?? to));
  const parts = [...widest].map(([from, to]) => ({ from, to })).sort((a, b) => a.from - b.from);
  const byStart = new Map(parts.map(({ from }, index) => [from, index]));
  for (const [index, part] of parts.entries()) {
    const next = parts[index + 1];
    if (!next || next.from >= part.to) continue;
    const middle = (next.from + part.to) / 2;
    part.to = middle;
    next.from = middle;
  }
  return { parts, byStart };
}

/** The stretch that holds a place, by halving; null between stretches and beyond them. */
function partAt(parts: readonly Part[], place: number): number | null {
  let [low, high] = [0, parts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((parts[middle]?.to ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  const part = parts[low];
  return part && part.from <= place && place < part.to ? low : null;
}
