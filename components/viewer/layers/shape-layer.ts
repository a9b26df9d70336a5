import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import { type Position, polygonsOf } from "#lib/core/geometry/shape.ts";
import { REJECTED, ROW_FLAGS } from "../../findings/finding-columns.ts";
import type { FindingTable } from "../../findings/finding-table.ts";
import { OUTLINED_FROM_PX } from "../../findings/tile-loader.ts";
import type { View } from "../camera.ts";
import { type Screen, toScreen } from "./to-screen.ts";

/** More outlines than this are not drawn: there would be no room for them either. */
const MOST_SHAPES = 6000;

/**
 * Draws the outlines of those of `rows` that have one, in the colour of their class, where they are large enough to be seen. Returns how
 * many it drew.
 */
export function drawShapes(
  context: CanvasRenderingContext2D,
  table: FindingTable,
  rows: Uint32Array,
  { view, screen, colours }: { view: View; screen: Screen; colours: ClassColours },
): number {
  const { boxes, labels, labelNames, reviews, flags } = table.columns;
  let drawn = 0;
  context.lineJoin = "round";
  for (const at of rows) {
    const side = Math.min(boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0) * view.zoom;
    if (side < OUTLINED_FROM_PX || ((flags[at] ?? 0) & ROW_FLAGS.shaped) === 0) continue;
    const shape = table.shapeOf(table.idAt(at));
    if (!shape) continue;
    context.globalAlpha = reviews[at] === REJECTED ? 0.35 : 1;
    context.beginPath();
    for (const ring of polygonsOf(shape).flat()) trace(context, ring, view, screen);
    // A coloured line on a dark one, so that it reads on any picture.
    stroke(context, "rgb(0 0 0 / 0.55)", 3.5);
    stroke(context, `rgb(${classColour(labelNames[labels[at] ?? 0] ?? "", colours).join(" ")})`, 1.75);
    drawn += 1;
    if (drawn === MOST_SHAPES) break;
  }
  context.globalAlpha = 1;
  return drawn;
}

function trace(context: CanvasRenderingContext2D, ring: readonly Position[], view: View, screen: Screen): void {
  for (const [index, [x, y]] of ring.entries()) {
    const [left, top] = toScreen(view, screen, x, y, 0, 0);
    if (index === 0) context.moveTo(left, top);
    else context.lineTo(left, top);
  }
  context.closePath();
}

function stroke(context: CanvasRenderingContext2D, style: string, lineWidth: number): void {
  context.strokeStyle = style;
  context.lineWidth = lineWidth;
  context.stroke();
}
