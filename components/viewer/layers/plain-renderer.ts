import { classColour } from "#lib/core/detection/class-colour.ts";
import { REJECTED, ROW_FLAGS } from "../../findings/finding-columns.ts";
import type { BoxRenderer } from "./box-renderer.ts";

/** Draws boxes without WebGL: one stroke a class. Slower, and without the finer signs of review. */
export function createPlainRenderer(canvas: HTMLCanvasElement): BoxRenderer {
  const context = canvas.getContext("2d");
  return {
    draw({ table, rows, picked, colours }, over, view, pixelRatio) {
      if (!context) return;
      context.clearRect(0, 0, canvas.width, canvas.height);
      const { boxes, labels, reviews, flags, labelNames } = table.columns;
      const scale = view.zoom * pixelRatio;
      const paths = new Map<string, Path2D>();
      for (const at of rows) {
        const width = Math.max(2, (boxes[at * 4 + 2] ?? 0) * scale);
        const height = Math.max(2, (boxes[at * 4 + 3] ?? 0) * scale);
        const x = ((boxes[at * 4] ?? 0) - view.x) * scale + canvas.width / 2;
        const y = ((boxes[at * 4 + 1] ?? 0) - view.y) * scale + canvas.height / 2;
        const isRejected = reviews[at] === REJECTED ? 1 : 0;
        const key = `${labels[at]}:${isRejected}:${(flags[at] ?? 0) & ROW_FLAGS.provisional}:${picked.has(at) ? 1 : 0}`;
        const path = paths.get(key) ?? new Path2D();
        path.rect(x, y, width, height);
        paths.set(key, path);
      }
      for (const [key, path] of paths) {
        const [label, rejected, dashed, isPicked] = key.split(":").map(Number);
        context.lineWidth = (isPicked === 1 ? 4 : 2) * pixelRatio;
        context.strokeStyle = `rgb(${classColour(labelNames[label ?? 0] ?? "", colours).join(" ")})`;
        context.globalAlpha = rejected === 1 ? 0.35 : 1;
        context.setLineDash(dashed === 1 ? [5 * pixelRatio, 4 * pixelRatio] : []);
        context.stroke(path);
      }
      context.globalAlpha = 1;
      if (over) context.drawImage(over.canvas, over.place.x, over.place.y, over.place.width, over.place.height);
    },
    destroy: () => undefined,
  };
}
