import type { Rgb } from "./raster.ts";

/** A picture made smaller by averaging: each new pixel is the mean of the area it covers. Not for enlarging: a size that is not smaller stays. */
export function shrunkRgb(source: Rgb, width: number, height: number): Rgb {
  if (width >= source.width && height >= source.height) return source;
  const across = sharesOf(source.width, width);
  const down = sharesOf(source.height, height);
  const rows = new Float32Array(width * source.height * 3);
  for (let y = 0; y < source.height; y++) {
    for (const [x, shares] of across.entries()) {
      for (let channel = 0; channel < 3; channel++) {
        let sum = 0;
        for (const { index, share } of shares)
          sum += share * (source.data[(y * source.width + index) * 3 + channel] ?? 0);
        rows[(y * width + x) * 3 + channel] = sum;
      }
    }
  }
  const data = new Uint8Array(width * height * 3);
  for (const [y, shares] of down.entries()) {
    for (let place = 0; place < width * 3; place++) {
      let sum = 0;
      for (const { index, share } of shares) sum += share * (rows[index * width * 3 + place] ?? 0);
      data[y * width * 3 + place] = Math.round(sum);
    }
  }
  return { width, height, data };
}

/** A part of a picture that lies within it, in its pixels. */
export function croppedRgb(
  source: Rgb,
  { x, y, width, height }: { x: number; y: number; width: number; height: number },
): Rgb {
  const data = new Uint8Array(width * height * 3);
  for (let row = 0; row < height; row++) {
    const start = ((y + row) * source.width + x) * 3;
    data.set(source.data.subarray(start, start + width * 3), row * width * 3);
  }
  return { data, width, height };
}

type Share = { index: number; share: number };

/** For each of `to` new pixels, which of `from` old ones it covers, and by how much; shares add up to 1. */
function sharesOf(from: number, to: number): Share[][] {
  const ratio = from / to;
  return Array.from({ length: to }, (_, place) => {
    const [start, end] = [place * ratio, Math.min(from, (place + 1) * ratio)];
    const shares: Share[] = [];
    for (let index = Math.floor(start); index < end; index++) {
      const covered = Math.min(end, index + 1) - Math.max(start, index);
      if (covered > 1e-9) shares.push({ index, share: covered / (end - start) });
    }
    return shares;
  });
}
