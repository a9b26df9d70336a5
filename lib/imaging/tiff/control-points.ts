import { quadraticTerms } from "#lib/core/geometry/ground-position.ts";

/** A pixel whose place on the ground is known. */
export type ControlPoint = { x: number; y: number; groundX: number; groundY: number };

type Six = [number, number, number, number, number, number];
export type ControlFit = { transform: Six; polynomial?: { x: Six; y: Six } };

/** From so many points on a polynomial of the second degree is fitted, as GDAL does. */
const QUADRATIC_POINTS = 6;

/**
 * Fits control points by least squares: the affine transform, and from six points on a polynomial of the second degree too. Null
 * for fewer than three points, or points on a line.
 */
export function fitControlPoints(points: readonly ControlPoint[]): ControlFit | null {
  const affine = fitTerms(points, (x, y) => [1, x, y]);
  const [c, a, b] = affine?.x ?? [];
  const [f, d, e] = affine?.y ?? [];
  if (a === undefined || b === undefined || c === undefined) return null;
  if (d === undefined || e === undefined || f === undefined) return null;
  const transform: Six = [a, b, c, d, e, f];
  const quadratic = points.length < QUADRATIC_POINTS ? null : fitTerms(points, quadraticTerms);
  const [x, y] = [six(quadratic?.x), six(quadratic?.y)];
  return x && y ? { transform, polynomial: { x, y } } : { transform };
}

function six(values: number[] | undefined): Six | null {
  const [a, b, c, d, e, f] = values ?? [];
  if (a === undefined || b === undefined || c === undefined) return null;
  return d === undefined || e === undefined || f === undefined ? null : [a, b, c, d, e, f];
}

/** Pixels are scaled to about 1 for the fit, as their squares would drown the rest, and the coefficients back after it. */
function fitTerms(points: readonly ControlPoint[], terms: (x: number, y: number) => number[]) {
  const size = points.reduce((largest, { x, y }) => Math.max(largest, Math.abs(x), Math.abs(y)), 1);
  const rows = points.map(({ x, y }) => terms(x / size, y / size));
  const scales = terms(1 / size, 1 / size);
  const x = leastSquares(
    rows,
    points.map(({ groundX }) => groundX),
  );
  const y = leastSquares(
    rows,
    points.map(({ groundY }) => groundY),
  );
  if (!x || !y) return null;
  const back = (values: number[]): number[] => values.map((value, index) => value * (scales[index] ?? 1));
  return { x: back(x), y: back(y) };
}

/** Solves by Householder reflections; null where the columns depend on each other. */
function leastSquares(rows: readonly (readonly number[])[], wanted: readonly number[]): number[] | null {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < columns || columns === 0) return null;
  const work = rows.map((row, index) => [...row, wanted[index] ?? 0]);
  const at = (row: number, column: number): number => work[row]?.[column] ?? 0;
  for (let column = 0; column < columns; column += 1) {
    const norm = Math.hypot(...work.slice(column).map((row) => row[column] ?? 0));
    if (norm < 1e-12) return null;
    const alpha = at(column, column) > 0 ? -norm : norm;
    const reflector = work.map((row, index) =>
      index < column ? 0 : (row[column] ?? 0) - (index === column ? alpha : 0),
    );
    const squares = reflector.reduce((sum, value) => sum + value * value, 0);
    for (let other = column; other <= columns; other += 1) {
      const dot = reflector.reduce((sum, value, index) => sum + value * at(index, other), 0);
      for (const [index, row] of work.entries())
        row[other] = at(index, other) - (2 * dot * (reflector[index] ?? 0)) / squares;
    }
  }
  const solution = Array.from({ length: columns }, () => 0);
  for (let column = columns - 1; column >= 0; column -= 1) {
    let rest = at(column, columns);
    for (let other = column + 1; other < columns; other += 1) rest -= at(column, other) * (solution[other] ?? 0);
    solution[column] = rest / at(column, column);
  }
  return solution;
}
