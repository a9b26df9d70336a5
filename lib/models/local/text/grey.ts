import type { TilePicture } from "../../types.ts";

/** One byte a pixel, 0 black … 255 white, row by row. */
export type Grey = { data: Uint8Array; width: number; height: number };

/** Luma (Rec. 601) of interleaved 8-bit RGB. */
export function toGrey({ data, width, height }: TilePicture): Grey {
  const grey = new Uint8Array(width * height);
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 3) {
    grey[pixel] = (77 * (data[at] ?? 0) + 150 * (data[at + 1] ?? 0) + 29 * (data[at + 2] ?? 0) + 128) >> 8;
  }
  return { data: grey, width, height };
}

/** Averages squares of `factor`×`factor` pixels; what is left over at the right and the bottom is dropped. */
export function shrink(picture: Grey, factor: number): Grey {
  if (factor <= 1) return picture;
  const width = Math.max(1, Math.floor(picture.width / factor));
  const height = Math.max(1, Math.floor(picture.height / factor));
  const across = Math.min(factor, picture.width);
  const down = Math.min(factor, picture.height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let dy = 0; dy < down; dy++) {
        const row = (y * factor + dy) * picture.width + x * factor;
        for (let dx = 0; dx < across; dx++) sum += picture.data[row + dx] ?? 0;
      }
      data[y * width + x] = sum / (across * down);
    }
  }
  return { data, width, height };
}
