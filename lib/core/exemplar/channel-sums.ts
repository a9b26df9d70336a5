import type { Rgb } from "../raster/raster.ts";

/** Of every cell: lightness, two opponent colours, strength of edges, and how much lightness varies within the cell. */
export const CHANNELS = 5;
const EDGES = 3;
const LIGHTNESS_SQUARED = 4;

/** Sums of each channel over all pixels left of and above a place (Crow 1984): the mean over any rectangle is four look-ups away. */
export type ChannelSums = { width: number; height: number; sums: Float64Array[] };

/** The channels of a picture, colours 0…1, as sums; lightness comes with its square. */
export function channelSums({ data, width, height }: Rgb): ChannelSums {
  const stride = width + 1;
  const sums = Array.from({ length: CHANNELS }, () => new Float64Array(stride * (height + 1)));
  const lightness = lightnessOf(data, width * height);
  const values = new Float64Array(CHANNELS);
  const row = new Float64Array(CHANNELS);
  for (let y = 0; y < height; y++) {
    row.fill(0);
    const here = y * width;
    const above = Math.max(0, y - 1) * width;
    const below = Math.min(height - 1, y + 1) * width;
    for (let x = 0; x < width; x++) {
      const at = here + x;
      const [red, green, blue] = [data[at * 3] ?? 0, data[at * 3 + 1] ?? 0, data[at * 3 + 2] ?? 0];
      const light = lightness[at] ?? 0;
      const across = (lightness[here + Math.min(width - 1, x + 1)] ?? 0) - (lightness[here + Math.max(0, x - 1)] ?? 0);
      const down = (lightness[below + x] ?? 0) - (lightness[above + x] ?? 0);
      values[0] = light;
      values[1] = (red - green) / 255;
      values[2] = (red + green) / 510 - blue / 255;
      values[EDGES] = Math.sqrt(across * across + down * down);
      values[LIGHTNESS_SQUARED] = light * light;
      const place = (y + 1) * stride + x + 1;
      for (const [channel, plane] of sums.entries()) {
        const total = (row[channel] ?? 0) + (values[channel] ?? 0);
        row[channel] = total;
        plane[place] = total + (plane[place - stride] ?? 0);
      }
    }
  }
  return { width, height, sums };
}

function lightnessOf(data: Uint8Array, pixels: number): Float32Array {
  const lightness = new Float32Array(pixels);
  for (let at = 0; at < pixels; at++) {
    lightness[at] = ((data[at * 3] ?? 0) + (data[at * 3 + 1] ?? 0) + (data[at * 3 + 2] ?? 0)) / 765;
  }
  return lightness;
}

/** Cells of a picture on a grid, row by row, each with its channels. */
export type CellGrid = { columns: number; rows: number; values: Float32Array };

/** Where a grid lies: its corner and the side of its cells in pixels, which may be fractions. */
export type GridPlace = { left: number; top: number; cell: number; columns: number; rows: number };

/** The channels' means over the cells of a grid. What lies beyond the picture reads as its nearest part. */
export function cellGrid(
  { width, height, sums }: ChannelSums,
  { left, top, cell, columns, rows }: GridPlace,
): CellGrid {
  const values = new Float32Array(columns * rows * CHANNELS);
  const xs = edgesOf(left, cell, columns, width);
  const ys = edgesOf(top, cell, rows, height);
  const stride = width + 1;
  for (let row = 0; row < rows; row++) {
    const [y0, y1] = [ys[row * 2] ?? 0, ys[row * 2 + 1] ?? 0];
    for (let column = 0; column < columns; column++) {
      const [x0, x1] = [xs[column * 2] ?? 0, xs[column * 2 + 1] ?? 0];
      const area = (x1 - x0) * (y1 - y0);
      const place = (row * columns + column) * CHANNELS;
      for (const [channel, plane] of sums.entries()) {
        const lower = sumAt(plane, stride, x1, y1) - sumAt(plane, stride, x0, y1);
        const upper = sumAt(plane, stride, x1, y0) - sumAt(plane, stride, x0, y0);
        values[place + channel] = (lower - upper) / area;
      }
      const light = values[place] ?? 0;
      const squared = values[place + LIGHTNESS_SQUARED] ?? 0;
      values[place + LIGHTNESS_SQUARED] = Math.sqrt(Math.max(0, squared - light * light));
    }
  }
  return { columns, rows, values };
}

/** Both edges of each cell along one axis, moved into the picture where they lie beyond. */
function edgesOf(start: number, cell: number, count: number, length: number): Float64Array {
  const edges = new Float64Array(count * 2);
  const side = Math.min(cell, length);
  for (let at = 0; at < count; at++) {
    const from = Math.min(length - side, Math.max(0, start + at * cell));
    edges[at * 2] = from;
    edges[at * 2 + 1] = from + side;
  }
  return edges;
}

/** The sum left of and above a place between pixels. */
function sumAt(plane: Float64Array, stride: number, x: number, y: number): number {
  const [left, top] = [Math.floor(x), Math.floor(y)];
  const [right, lower] = [x - left, y - top];
  const at = top * stride + left;
  const corner = plane[at] ?? 0;
  const upper = right > 0 ? corner + ((plane[at + 1] ?? 0) - corner) * right : corner;
  if (lower === 0) return upper;
  const beneath = plane[at + stride] ?? 0;
  const next = right > 0 ? beneath + ((plane[at + stride + 1] ?? 0) - beneath) * right : beneath;
  return upper + (next - upper) * lower;
}
