import type { Rgb } from "#lib/core/raster/raster.ts";
import type { PageReader, TilePicture } from "../../types.ts";

/** A page of at most so many pixels is studied whole. */
const WHOLE_PIXELS = 3_000_000;
/** Of a larger one so many squares of this side, where there is most to see. */
const MOST_SAMPLES = 8;
const SAMPLE_SIDE = 640;
const OVERVIEW_SIDE = 1024;

/**
 * Parts of a page at full resolution that stand for all of it: the page itself where it is small, else squares of a fixed grid in which
 * its overview is most varied and that lie apart. Depends on the page alone.
 */
export async function samplesOf(page: PageReader, signal: AbortSignal): Promise<Rgb[]> {
  const { width, height } = page;
  if (width * height <= WHOLE_PIXELS) return [await page.read({ x: 0, y: 0, width, height }, undefined, signal)];
  const scale = Math.min(1, OVERVIEW_SIDE / Math.max(width, height));
  const small = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const overview = await page.read({ x: 0, y: 0, width, height }, small, signal);
  const squares = squaresOf(page).map((square) => ({ square, worth: variety(overview, square, scale) }));
  squares.sort((a, b) => b.worth - a.worth || a.square.y - b.square.y || a.square.x - b.square.x);
  const samples: Rgb[] = [];
  for (const { square } of squares.slice(0, MOST_SAMPLES)) samples.push(await page.read(square, undefined, signal));
  return samples;
}

type Square = { x: number; y: number; width: number; height: number };

/** Squares that lie evenly in the page, at most 32 each way. */
function squaresOf({ width, height }: { width: number; height: number }): Square[] {
  const places = (length: number): number[] => {
    const side = Math.min(SAMPLE_SIDE, length);
    const count = Math.min(32, Math.max(1, Math.floor(length / side)));
    return Array.from({ length: count }, (_, at) => Math.round(((at + 0.5) / count) * length - side / 2)).map((at) =>
      Math.min(length - side, Math.max(0, at)),
    );
  };
  const size = { width: Math.min(SAMPLE_SIDE, width), height: Math.min(SAMPLE_SIDE, height) };
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
