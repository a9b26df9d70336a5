import type { ImageProbe } from "../types.ts";

/** With the half minute that a probe has, no small picture holds anybody up for a minute, however it was made to loop. */
const START_MS = 25_000;
/** A twentieth of the usual speed of two cores. */
const PIXELS_PER_MS = 2000;

/** How long decoding a page, so many times over, may take before it is given up. */
export function timeLimitMs(probe: ImageProbe, page: number, times = 1): number {
  const size = probe.pages[page];
  return START_MS + (size ? (times * size.width * size.height) / PIXELS_PER_MS : 0);
}
