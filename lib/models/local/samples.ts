import type { Rgb } from "#lib/core/raster/raster.ts";
import type { PageReader, TilePicture } from "../types.ts";

/** A page of at most so many pixels is studied whole. */
const WHOLE_PIXELS = 3_000_000;
/** Of a larger one so many squares of this side, where there is most to see. */
const MOST_SAMPLES = 8;
const SAMPLE_SIDE = 640;
const OVERVIEW_SIDE = 1024;

/** A part of a page: its pixels, where it begins on the page, and its pixels for one of the page, across and down. */
export type Sample = { picture: Rgb; x: number; y: number; scale: readonly [across: number, down: number] };

/**
 * Parts of a page at full resolution, or at `scale` of it, that stand for all of it: the page itself where it is small, else squares of a fixed grid in which
 * its overview is most varied and that lie apart. Depends on the page alone.
 */
export async function samplesOf(page: PageReader, signal: AbortSignal, scale = 1): Promise<Sample[]> {
  const { width, height } = page;
  const read = async (square: Square): Promise<Sample> => {
    const size = { width: scaled(square.width, scale), height: scaled(square.height, scale) };
    const picture = await page.read(square, scale < 1 ? size : undefined, signal);
    return { picture, x: square.x, y: square.y, scale: [picture.width / square.width, picture.height / square.height] };
  };
  if (width * height * scale * scale <= WHOLE_PIXELS) return [await read({ x: 0, y: 0, width, height })];
  const small = Math.min(1, OVERVIEW_SIDE / Math.max(width, height));
  const size = { width: scaled(width, small), height: scaled(height, small) };
  const overview = await page.read({ x: 0, y: 0, width, height }, size, signal);
  const squares = squaresOf(page, SAMPLE_SIDE / scale).map((square) => {
    return { square, worth: variety(overview, square, small) };
  });
  squares.sort((a, b) => b.worth - a.worth || a.square.y - b.square.y || a.square.x - b.square.x);
  const samples: Sample[] = [];
  for (const { square } of squares.slice(0, MOST_SAMPLES)) samples.push(await read(square));
  return samples;
}

function scaled(length: number, scale: number): number {
  return Math.max(1, Math.round(length * scale));
}

type Square = { x: number; y: number; width: number; height: number };

/** Squares that lie evenly in the page, at most 32 each way; `longest` is their side where the page has the room. */
function squaresOf({ width, height }: { width: number; height: number }, longest: number): Square[] {
  const sideIn = (length: number): number => Math.min(Math.round(longest), length);
  const places = (length: number): number[] => {
    const side = sideIn(length);
    const count = Math.min(32, Math.max(1, Math.floor(length / side)));
    return Array.from({ length: count }, (_, at) => Math.round(((at + 0.5) / count) * length - side / 2)).map((at) =>
      Math.min(length - side, Math.max(0, at)),
    );
  };
  const size = { width: sideIn(width), height: sideIn(height) };
  return places(height).flatMap((y) => places(width).map((x) => ({ x, y, ...size })));
}

/** How much green varies in a square of the overview: nothing in an empty one, little where all is one smear. */
function variety(overview: TilePicture, square: Square, scale: number): number {
  let [count, sum, squares] = [0, 0, 0];
  const right = Math.min(overview.width, Math.ceil((square.x + square.width) * scale));
  const bottom = Math.min(overview.height, Math.ceil((square.y + square.height) * scale));
  for (let y = Math.floor(square.y * scale); y < bottom; y++) {
    for (let x = Math.floor(square.x * scale); x < right; x++) {
      const green = overview.data[(y * overview.width + x) * 3 + 1] ?? 0;
      count++;
      sum += green;
      squares += green * green;
    }
  }
  return count > 0 ? squares / count - (sum / count) ** 2 : 0;
}
