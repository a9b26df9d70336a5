import type { Geometry } from "../detection/finding.ts";
import type { BoxNumbers, Position } from "./shape.ts";

/** Corners of the polygon that stands for an ellipse: four at its vertices, so that its bounds are the ellipse's. */
const CORNERS = 64;

/** The ellipse that fills a box, as a polygon that is marked as one. */
export function ellipseIn([x, y, width, height]: BoxNumbers): Extract<Geometry, { type: "Polygon" }> {
  const ring = Array.from({ length: CORNERS }, (_, at): Position => {
    const angle = (at / CORNERS) * 2 * Math.PI;
    return [x + (width / 2) * (1 + exact(Math.cos(angle))), y + (height / 2) * (1 + exact(Math.sin(angle)))];
  });
  const [first] = ring;
  return { type: "Polygon", coordinates: [first ? [...ring, first] : ring], isEllipse: true };
}

/** Cosine of a quarter turn is not quite zero in floating point. */
function exact(value: number): number {
  return Math.abs(value) < 1e-12 ? 0 : value;
}
