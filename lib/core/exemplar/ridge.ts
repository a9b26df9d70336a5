/** Rows are added so many at a time: each pass over the sums then does the work of as many. */
const BLOCK = 8;

/** Weighted sums that least-squares fits need, however many rows there were; the last feature of all is the constant 1. */
export type FitSums = {
  readonly size: number;
  /** Lower triangle, row by row. */
  readonly products: Float64Array;
  /** One for each fit: what its rows should give. */
  readonly targets: readonly Float64Array[];
};

/** A row of features with what each fit should give for it, and how much it counts. */
export type FitRow = { features: Float32Array; targets: readonly number[]; weight: number };

/** Sums over rows of so many features each, for so many fits at once. */
export function fitSums(features: number, fits: number, rows: Iterable<FitRow>): FitSums {
  const size = features + 1;
  const targets = Array.from({ length: fits }, () => new Float64Array(size));
  const sums = { size, products: new Float64Array(size * size), targets };
  const block = Array.from({ length: BLOCK }, () => new Float64Array(size + fits));
  let filled = 0;
  for (const { features: row, targets: wanted, weight } of rows) {
    const into = block[filled];
    if (!into) break;
    const root = Math.sqrt(weight);
    for (let at = 0; at < features; at++) into[at] = (row[at] ?? 0) * root;
    into[features] = root;
    for (let fit = 0; fit < fits; fit++) into[size + fit] = (wanted[fit] ?? 0) * root;
    filled = (filled + 1) % BLOCK;
    if (filled === 0) addBlock(sums, block);
  }
  for (const row of block.slice(filled)) row.fill(0);
  if (filled > 0) addBlock(sums, block);
  return sums;
}

function addBlock({ size, products, targets }: FitSums, block: readonly Float64Array[]): void {
  const [a, b, c, d, e, f, g, h] = block;
  if (!a || !b || !c || !d || !e || !f || !g || !h) return;
  for (let i = 0; i < size; i++) {
    const [ai, bi, ci, di] = [a[i] ?? 0, b[i] ?? 0, c[i] ?? 0, d[i] ?? 0];
    const [ei, fi, gi, hi] = [e[i] ?? 0, f[i] ?? 0, g[i] ?? 0, h[i] ?? 0];
    const base = i * size;
    const product = (j: number): number =>
      ai * (a[j] ?? 0) +
      bi * (b[j] ?? 0) +
      ci * (c[j] ?? 0) +
      di * (d[j] ?? 0) +
      ei * (e[j] ?? 0) +
      fi * (f[j] ?? 0) +
      gi * (g[j] ?? 0) +
      hi * (h[j] ?? 0);
    for (let j = 0; j <= i; j++) products[base + j] = (products[base + j] ?? 0) + product(j);
    for (const [fit, target] of targets.entries()) target[i] = (target[i] ?? 0) + product(size + fit);
  }
}

/** Adds all of `other`, `share` times; a negative share takes it away again. */
export function addSums(sums: FitSums, other: FitSums, share: number): void {
  for (let at = 0; at < sums.products.length; at++) {
    sums.products[at] = (sums.products[at] ?? 0) + share * (other.products[at] ?? 0);
  }
  for (const [fit, target] of sums.targets.entries()) {
    for (let at = 0; at < sums.size; at++) target[at] = (target[at] ?? 0) + share * (other.targets[fit]?.[at] ?? 0);
  }
}

/** The weight of all rows together. */
export function weightOf({ size, products }: FitSums): number {
  return products[size * size - 1] ?? 0;
}

/** Coefficients of each fit by ridge regression (Hoerl & Kennard 1970): all but the constant, the last, are drawn towards 0 by `penalty`. */
export function solveRidge({ size, products, targets }: FitSums, penalty: number): Float64Array[] {
  const factor = choleskyOf(products, size, penalty);
  return targets.map((target) => {
    const result = Float64Array.from(target);
    for (let i = 0; i < size; i++) {
      let sum = result[i] ?? 0;
      for (let k = 0; k < i; k++) sum -= (factor[i * size + k] ?? 0) * (result[k] ?? 0);
      result[i] = sum / (factor[i * size + i] ?? 1);
    }
    for (let i = size - 1; i >= 0; i--) {
      let sum = result[i] ?? 0;
      for (let k = i + 1; k < size; k++) sum -= (factor[k * size + i] ?? 0) * (result[k] ?? 0);
      result[i] = sum / (factor[i * size + i] ?? 1);
    }
    return result;
  });
}

/** The lower triangle whose square is the lower triangle of `products` with the penalty on its diagonal. */
function choleskyOf(products: Float64Array, size: number, penalty: number): Float64Array {
  const factor = Float64Array.from(products);
  for (let i = 0; i < size; i++) {
    const row = i * size;
    factor[row + i] = (factor[row + i] ?? 0) + (i === size - 1 ? 1e-9 : penalty);
    for (let j = 0; j <= i; j++) {
      const other = j * size;
      let sum = factor[row + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (factor[row + k] ?? 0) * (factor[other + k] ?? 0);
      factor[row + j] = i === j ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (factor[other + j] ?? 1);
    }
  }
  return factor;
}
