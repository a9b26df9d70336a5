import { readFileSync } from "node:fs";
import { join } from "node:path";

/** What other programs say of one page: its size, and its colour at some points, `[x, y, red, green, blue]`. */
type PageAnswer = { width: number; height: number; samples: [number, number, number, number, number][] };

/** What other programs say of a file. */
export type Answer = {
  sha256: string;
  pages: PageAnswer[];
  /** True where decoders may differ by a little: what JPEG has compressed, and what is drawn. */
  isLossy: boolean;
  /** Code of the CRS, and the affine transform from pixel corners to it, where the file is georeferenced. */
  epsg?: number;
  transform?: [number, number, number, number, number, number];
  /** Places by `gdaltransform`: `[x, y, longitude, latitude]`. */
  lonLat: [number, number, number, number][];
  micronsPerPixel?: number;
};

/** Answers by the file's name. */
export type Answers = Record<string, Answer>;

/** Differences of a colour, 0…255: rounding of what is stretched, and two codecs or renderers on a calm spot. */
const EXACT = 1;
const LOSSY = 10;
const MAX_LOSSLESS_PIXELS = 16_000_000;

/** How far apart a colour of a page and its answer may be, 0…255: the tiles of large pictures are JPEG. */
export function toleranceOf({ isLossy, pages }: Answer, page: number): number {
  const { width = 0, height = 0 } = pages[page] ?? {};
  return isLossy || width * height > MAX_LOSSLESS_PIXELS ? LOSSY : EXACT;
}

/** The answers of other programs, as `collect.ts` wrote them. */
export function readAnswers(): Answers {
  return JSON.parse(readFileSync(join(import.meta.dirname, "answers.json"), "utf8"));
}
