/** Pictures as typed arrays, row by row, no padding. Positions count pixels; a pixel `(x, y)` covers `[x, x+1] × [y, y+1]`. */

/** One number a pixel. */
export type Raster = { readonly width: number; readonly height: number; readonly data: Float32Array };

/** 1 where a pixel belongs, 0 where not. */
export type Mask = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** 0 where no object is, else the number of the object, 1…`count`. */
export type Labels = {
  readonly width: number;
  readonly height: number;
  readonly data: Int32Array;
  readonly count: number;
};

/** Interleaved 8-bit RGB. */
export type Rgb = { readonly width: number; readonly height: number; readonly data: Uint8Array };

/** A raster of zeros. */
export function raster(width: number, height: number): Raster {
  return { width, height, data: new Float32Array(width * height) };
}

/** The pixels of `source` that are at least `threshold`. */
export function atLeast(source: Raster, threshold: number): Mask {
  const data = new Uint8Array(source.data.length);
  for (let index = 0; index < data.length; index++) data[index] = (source.data[index] ?? 0) >= threshold ? 1 : 0;
  return { width: source.width, height: source.height, data };
}

/** The mask of the pixels that `keep` chooses by index. */
export function maskWhere(
  { width, height }: { width: number; height: number },
  keep: (index: number) => boolean,
): Mask {
  const data = new Uint8Array(width * height);
  for (let index = 0; index < data.length; index++) data[index] = keep(index) ? 1 : 0;
  return { width, height, data };
}
