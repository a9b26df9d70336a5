import type { ImageScale } from "../detection/image.ts";

type Georeference = Extract<ImageScale, { crs: string }>;

/** Where a level-0 pixel lies in the picture's own CRS: by the polynomial where there is one, else by the affine transform. */
export function groundPosition({ transform, polynomial }: Georeference, x: number, y: number): [x: number, y: number] {
  if (polynomial) return [evaluate(polynomial.x, x, y), evaluate(polynomial.y, x, y)];
  const [a, b, c, d, e, f] = transform;
  return [a * x + b * y + c, d * x + e * y + f];
}

/** The terms of a polynomial of the second degree, in the order of its coefficients. */
export function quadraticTerms(x: number, y: number): [number, number, number, number, number, number] {
  return [1, x, y, x * x, x * y, y * y];
}

function evaluate(coefficients: readonly number[], x: number, y: number): number {
  return quadraticTerms(x, y).reduce((sum, term, index) => sum + term * (coefficients[index] ?? 0), 0);
}
