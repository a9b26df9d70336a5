import type { ImageScale } from "../detection/image.ts";

type Georeference = Extract<ImageScale, { crs: string }>;

/** Where a level-0 pixel lies in the picture's own CRS: by the polynomial where there is one, else by the affine transform. */
export function groundPosition({ transform, polynomial }: Georeference, x: number, y: number): [x: number, y: number] {
  if (polynomial) return [evaluate(polynomial.x, x, y), evaluate(polynomial.y, x, y)];
  const [a, b, c, d, e, f] = transform;
  return [a * x + b * y + c, d * x + e * y + f];
}

/**
 * The level-0 pixel of a place in the picture's own CRS: the inverse of `groundPosition`, of a polynomial by Newton's method from where
 * the affine transform has it. Not finite where a transform has no inverse.
 */
export function pixelPosition(scale: Georeference, groundX: number, groundY: number): [x: number, y: number] {
  const [a, b, c, d, e, f] = scale.transform;
  let [x, y] = solve([a, b, d, e], groundX - c, groundY - f);
  const { polynomial } = scale;
  for (let step = 0; polynomial && step < NEWTON_STEPS; step++) {
    const [atX, atY] = groundPosition(scale, x, y);
    const slopes = [polynomial.x, polynomial.y].flatMap(([, byX, byY, xx, xy, yy]) => {
      return [byX + 2 * xx * x + xy * y, byY + xy * x + 2 * yy * y];
    });
    const [moveX, moveY] = solve(slopes, groundX - atX, groundY - atY);
    [x, y] = [x + moveX, y + moveY];
  }
  return [x, y];
}

/** Digits double with each step, from a start within some pixels. */
const NEWTON_STEPS = 6;

/** The solution of two linear equations, `[a, b, c, d]` row by row. */
function solve([a = 0, b = 0, c = 0, d = 0]: readonly number[], first: number, second: number): [number, number] {
  const determinant = a * d - b * c;
  return [(d * first - b * second) / determinant, (a * second - c * first) / determinant];
}

/** The terms of a polynomial of the second degree, in the order of its coefficients. */
export function quadraticTerms(x: number, y: number): [number, number, number, number, number, number] {
  return [1, x, y, x * x, x * y, y * y];
}

function evaluate(coefficients: readonly number[], x: number, y: number): number {
  return quadraticTerms(x, y).reduce((sum, term, index) => sum + term * (coefficients[index] ?? 0), 0);
}
