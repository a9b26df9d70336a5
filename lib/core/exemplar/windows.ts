import { type Appearance, describeCells, PLANES } from "./appearance.ts";
import { type ChannelSums, cellGrid } from "./channel-sums.ts";
import type { ExampleBox } from "./settings.ts";

/** A window has so many cells a side, so many of which lie across the object: it shows what lies around it, too. */
export const CELLS_ACROSS = 5;
const WINDOW_CELLS = 7;
export const WINDOW_FEATURES = WINDOW_CELLS * WINDOW_CELLS * PLANES;
/** Cells beyond the window that its outermost cells are judged with. */
const AROUND = 1;

/** What a window shows that is centred on a place of a picture; `side` is that of the object. */
export function windowAt(sums: ChannelSums, appearance: Appearance, x: number, y: number, side: number): Float32Array {
  const cell = side / CELLS_ACROSS;
  const count = WINDOW_CELLS + 2 * AROUND;
  const half = (cell * count) / 2;
  const grid = cellGrid(sums, { left: x - half, top: y - half, cell, columns: count, rows: count });
  const planes = describeCells(grid, appearance);
  const features = new Float32Array(WINDOW_FEATURES);
  for (let row = 0; row < WINDOW_CELLS; row++) {
    const start = ((row + AROUND) * count + AROUND) * PLANES;
    features.set(planes.subarray(start, start + WINDOW_CELLS * PLANES), row * WINDOW_CELLS * PLANES);
  }
  return features;
}

/** The same window seen in a mirror, left to right, upside down, or both. */
export function mirrored(features: Float32Array, across: boolean, down: boolean): Float32Array {
  const result = new Float32Array(features.length);
  for (let y = 0; y < WINDOW_CELLS; y++) {
    for (let x = 0; x < WINDOW_CELLS; x++) {
      const from = ((down ? WINDOW_CELLS - 1 - y : y) * WINDOW_CELLS + (across ? WINDOW_CELLS - 1 - x : x)) * PLANES;
      result.set(features.subarray(from, from + PLANES), (y * WINDOW_CELLS + x) * PLANES);
    }
  }
  return result;
}

/** All windows of one size over a picture, a cell apart, described once. */
export type WindowSheet = {
  side: number;
  cell: number;
  columns: number;
  rows: number;
  stride: number;
  planes: Float32Array;
};

/** The sheet of windows for objects of `side` pixels; their centres lie in the picture. */
export function windowSheet(sums: ChannelSums, appearance: Appearance, side: number): WindowSheet {
  const cell = side / CELLS_ACROSS;
  const pad = (WINDOW_CELLS - 1) / 2;
  const columns = Math.max(1, Math.floor(sums.width / cell));
  const rows = Math.max(1, Math.floor(sums.height / cell));
  const stride = columns + 2 * pad;
  const grid = cellGrid(sums, { left: -pad * cell, top: -pad * cell, cell, columns: stride, rows: rows + 2 * pad });
  return { side, cell, columns, rows, stride, planes: describeCells(grid, appearance) };
}

/** The features of one window of a sheet. */
export function windowOf({ stride, planes }: WindowSheet, column: number, row: number): Float32Array {
  const features = new Float32Array(WINDOW_FEATURES);
  for (let y = 0; y < WINDOW_CELLS; y++) {
    const start = ((row + y) * stride + column) * PLANES;
    features.set(planes.subarray(start, start + WINDOW_CELLS * PLANES), y * WINDOW_CELLS * PLANES);
  }
  return features;
}

/** What a linear function gives for a window; `weights` end with the constant. */
export function scoreOf(features: Float32Array, weights: Float64Array): number {
  let sum = weights[WINDOW_FEATURES] ?? 0;
  for (let at = 0; at < WINDOW_FEATURES; at++) sum += (features[at] ?? 0) * (weights[at] ?? 0);
  return sum;
}

/** The same for one window of a sheet. */
export function scoreOnSheet(
  { stride, planes }: WindowSheet,
  column: number,
  row: number,
  weights: Float64Array,
): number {
  let sum = weights[WINDOW_FEATURES] ?? 0;
  const width = WINDOW_CELLS * PLANES;
  for (let y = 0; y < WINDOW_CELLS; y++) {
    const start = ((row + y) * stride + column) * PLANES;
    const weight = y * width;
    for (let at = 0; at < width; at++) sum += (planes[start + at] ?? 0) * (weights[weight + at] ?? 0);
  }
  return sum;
}

/** The box of an object that fills a window; `aspect` is the root of its width over its height. */
export function boxAround(x: number, y: number, side: number, aspect: number): ExampleBox {
  return [x - (side * aspect) / 2, y - side / aspect / 2, side * aspect, side / aspect];
}
