import Flatbush from "flatbush";
import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import type { View } from "../viewer/camera.ts";
import { type Screen, toScreen, upright } from "../viewer/layers/to-screen.ts";
import type { Inspector } from "./inspector.ts";
import type { BoxColumns } from "./merge-columns.ts";

/** More boxes than this in view are not told apart: they are drawn from nearer. */
const MOST_DRAWN = 3000;
/** Screen pixels that a box must be wide to say how many candidates went into it. */
const ROOM_FOR_COUNT = 26;

type Sight = { context: CanvasRenderingContext2D; view: View; screen: Screen; colours: ClassColours };

/** Draws what the tiles said as thin dashed boxes, and what merging makes of it as firm ones with how many went into each. */
export function createInspectorLayer() {
  const indexes = new WeakMap<ArrayBuffer, Flatbush>();

  function inView({ index }: BoxColumns, { view, screen }: Sight): number[] {
    if (index.byteLength === 0) return [];
    const tree = indexes.get(index) ?? Flatbush.from(index);
    indexes.set(index, tree);
    const [halfWidth, halfHeight] = [screen.width / view.zoom / 2, screen.height / view.zoom / 2];
    return tree.search(view.x - halfWidth, view.y - halfHeight, view.x + halfWidth, view.y + halfHeight);
  }

  function strokes(sight: Sight, columns: BoxColumns, labels: readonly string[], found: readonly number[]): void {
    for (const [label, boxes] of Map.groupBy(found, (at) => columns.labelIndexes[at] ?? 0)) {
      const path = new Path2D();
      for (const at of boxes) path.rect(...placeOf(sight, columns, at));
      const { context } = sight;
      context.strokeStyle = `rgb(${classColour(labels[label] ?? "", sight.colours).join(" ")})`;
      context.stroke(path);
    }
  }

  return {
    /** Returns whether some of what is in view was left out, as it is too much. */
    draw(sight: Sight, { raw, result, shows }: Inspector): boolean {
      if (!raw) return false;
      const { context } = sight;
      const candidates = shows.candidates ? inView(raw, sight) : [];
      if (candidates.length <= MOST_DRAWN) {
        context.lineWidth = 1;
        context.setLineDash([3, 3]);
        strokes(sight, raw, raw.labels, candidates);
        context.setLineDash([]);
      }
      const merged = result && shows.result ? inView(result, sight) : [];
      const isTooMuch = Math.max(candidates.length, merged.length) > MOST_DRAWN;
      if (!result || merged.length > MOST_DRAWN) return isTooMuch;
      context.lineWidth = 2;
      strokes(sight, result, raw.labels, merged);
      for (const at of merged) {
        const place = placeOf(sight, result, at);
        const members = result.members[at] ?? 1;
        if (members > 1 && place[2] >= ROOM_FOR_COUNT) tag(context, place, `${members}×`);
      }
      return isTooMuch;
    },
  };
}

function placeOf({ view, screen }: Sight, { boxes }: BoxColumns, at: number): [number, number, number, number] {
  const [x = 0, y = 0, width = 0, height = 0] = boxes.subarray(at * 4, at * 4 + 4);
  return toScreen(view, screen, x, y, width, height);
}

function tag(context: CanvasRenderingContext2D, [x, y]: readonly number[], text: string): void {
  context.font = "600 11px ui-sans-serif, system-ui, sans-serif";
  upright(context, x ?? 0, y ?? 0, () => {
    context.fillStyle = "rgb(0 0 0 / 0.7)";
    context.fillRect(0, 0, context.measureText(text).width + 6, 14);
    context.fillStyle = "white";
    context.textBaseline = "middle";
    context.fillText(text, 3, 7.5);
  });
}
