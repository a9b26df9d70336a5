import type { Tiling } from "../detection/run.ts";
import { TesseraError } from "../errors.ts";
import { countBySize, type Span, spansByCount, spansBySize } from "./axis.ts";

/** A plan of more tiles than this is refused: it is a slip of the hand, or wants larger tiles. */
const MAX_TILES = 1_000_000;

/** A tile of a plan: a rectangle in whole level-0 pixels. */
export type TileRectangle = { index: number; x: number; y: number; width: number; height: number };

/**
 * Cuts a picture of `width`×`height` pixels into tiles, row by row, each row from left to right. Depends on the arguments only.
 * Throws `bad-input` where the tiling does not fit the picture or makes more than `MAX_TILES` tiles.
 */
export function planTiles(picture: { width: number; height: number; tiling: Tiling }): TileRectangle[] {
  const { width, height, tiling } = picture;
  if (!isCount(width) || !isCount(height)) {
    throw new TesseraError("bad-input", `a picture of ${width} × ${height} pixels cannot be tiled`, {
      remedy: "width and height are whole numbers from 1",
    });
  }
  if (!(tiling.overlap >= 0 && tiling.overlap < 1)) {
    throw new TesseraError("bad-input", `the overlap is ${tiling.overlap}`, {
      remedy: "it is a fraction of the tile side, from 0 to less than 1",
    });
  }
  const { columns, rows } = "tile" in tiling ? bySize(width, height, tiling) : byCount(width, height, tiling);
  return rows.flatMap((row, y) =>
    columns.map((column, x) => {
      const index = y * columns.length + x;
      return { index, x: column.start, y: row.start, width: column.length, height: row.length };
    }),
  );
}

type Spans = { columns: Span[]; rows: Span[] };

function bySize(width: number, height: number, { tile, overlap }: { tile: number; overlap: number }): Spans {
  if (!isCount(tile)) {
    throw new TesseraError("bad-input", `the tile side is ${tile}`, {
      remedy: "it is a whole number of pixels, from 1",
    });
  }
  assertFew(countBySize(width, tile, overlap) * countBySize(height, tile, overlap));
  return { columns: spansBySize(width, tile, overlap), rows: spansBySize(height, tile, overlap) };
}

function byCount(width: number, height: number, tiling: { columns: number; rows: number; overlap: number }): Spans {
  const { columns, rows, overlap } = tiling;
  if (!isCount(columns) || !isCount(rows) || columns > width || rows > height) {
    throw new TesseraError("bad-input", `${width} × ${height} pixels cannot be cut into ${columns} × ${rows} regions`, {
      remedy: "columns and rows are whole numbers from 1 to the width and height",
    });
  }
  assertFew(columns * rows);
  return { columns: spansByCount(width, columns, overlap), rows: spansByCount(height, rows, overlap) };
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

/** Throws `bad-input` where a plan has more tiles than anyone means. */
export function assertFew(tiles: number): void {
  if (tiles <= MAX_TILES) return;
  throw new TesseraError("bad-input", `this makes ${tiles} tiles; at most ${MAX_TILES} are planned`, {
    remedy: "take larger tiles or less overlap, or analyse a region",
  });
}
