import { type Raster, raster } from "./raster.ts";

/** How many box filters in a row come near enough to a Gaussian. */
const PASSES = 3;

/**
 * Blurs as a Gaussian of `sigma` pixels would, by three box filters each way (Wells 1986); the edge is repeated outward. A sigma under
 * 0.3 changes nothing.
 */
export function blurred(source: Raster, sigma: number): Raster {
  const radius = Math.round((Math.sqrt((12 * sigma * sigma) / PASSES + 1) - 1) / 2);
  if (sigma < 0.3) return source;
  let from = source;
  const spare = [raster(source.width, source.height), raster(source.width, source.height)] as const;
  for (let pass = 0; pass < PASSES; pass++) {
    boxAlong(from, spare[0], Math.max(1, radius), "rows");
    boxAlong(spare[0], spare[1], Math.max(1, radius), "columns");
    from = spare[1];
  }
  return spare[1];
}

function boxAlong(source: Raster, target: Raster, radius: number, way: "rows" | "columns"): void {
  const { width, height } = source;
  const [lines, length, lineStep, step] = way === "rows" ? [height, width, width, 1] : [width, height, 1, width];
  const share = 1 / (2 * radius + 1);
  for (let line = 0; line < lines; line++) {
    const start = line * lineStep;
    const at = (place: number): number => source.data[start + Math.min(length - 1, Math.max(0, place)) * step] ?? 0;
    let sum = 0;
    for (let place = -radius; place <= radius; place++) sum += at(place);
    for (let place = 0; place < length; place++) {
      target.data[start + place * step] = sum * share;
      sum += at(place + radius + 1) - at(place - radius);
    }
  }
}
