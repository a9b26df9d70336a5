import { classColour } from "#lib/core/detection/class-colour.ts";
import { type Position, polygonsOf } from "#lib/core/geometry/shape.ts";
import { rowTest } from "../../findings/finding-filter.ts";
import { REJECTED } from "../../findings/finding-table.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { WorkspaceState } from "../../workspace/workspace-state.ts";
import type { View } from "../camera.ts";
import type { Screen } from "./to-screen.ts";

/** What is smaller than this on the screen shows no outline; the shader of the boxes knows the same number. */
const LEAST_SIDE = 12;
/** More outlines than this are not drawn: there would be no room for them either. */
const MOST_SHAPES = 6000;

/** Draws the outlines of findings that have one, in the colour of their class, where they are large enough to be seen. */
export function createShapeLayer({ hits, table }: Workspace) {
  return {
    draw(context: CanvasRenderingContext2D, view: View, screen: Screen, value: WorkspaceState): void {
      if (table.shapeCount === 0) return;
      const { boxes, ids, labels, labelNames, reviews } = table.columns;
      const [width, height] = [screen.width / view.zoom, screen.height / view.zoom];
      const passes = rowTest(table, value.filter);
      const isDrawn = (at: number): boolean => {
        const side = Math.min(boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0) * view.zoom;
        return side >= LEAST_SIDE && table.shapeOf(ids[at] ?? "") !== null && passes(at);
      };
      const found = hits.within(view.x - width / 2, view.y - height / 2, width, height, isDrawn, MOST_SHAPES);
      context.lineJoin = "round";
      for (const at of found) {
        const shape = table.shapeOf(ids[at] ?? "");
        if (!shape) continue;
        const colour = `rgb(${classColour(labelNames[labels[at] ?? 0] ?? "").join(" ")})`;
        context.globalAlpha = reviews[at] === REJECTED ? 0.35 : 1;
        context.beginPath();
        for (const ring of polygonsOf(shape).flat()) trace(context, ring, view, screen);
        // A coloured line on a dark one, so that it reads on any picture.
        stroke(context, "rgb(0 0 0 / 0.55)", 3.5);
        stroke(context, colour, 1.75);
      }
      context.globalAlpha = 1;
    },
  };
}

function trace(context: CanvasRenderingContext2D, ring: readonly Position[], view: View, screen: Screen): void {
  for (const [index, [x, y]] of ring.entries()) {
    const [left, top] = [(x - view.x) * view.zoom + screen.width / 2, (y - view.y) * view.zoom + screen.height / 2];
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
