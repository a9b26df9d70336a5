import { classColour, type Rgb } from "#lib/core/detection/class-colour.ts";
import { formatScore } from "../../ui/format.ts";
import { shownColours } from "../../workspace/shown-colours.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { WorkspaceState } from "../../workspace/workspace-state.ts";
import type { View } from "../camera.ts";
import { type Screen, toScreen, upright } from "./to-screen.ts";

/** More names than this at once would hide the picture. */
const NAMES_LIMIT = 60;
/** Screen pixels that a box must be wide to be named, and to tell its score as well. */
const ROOM_FOR_NAME = 34;
const ROOM_FOR_SCORE = 96;

type MarkSight = { view: View; screen: Screen; rows: Uint32Array };

/**
 * Draws what changes with the hand: names where there is room, the finding pointed at, the one selected. `rows`: what can be told apart in
 * the picture.
 */
export function createMarkLayer({ table }: Workspace) {
  function names(context: CanvasRenderingContext2D, { view, screen, rows }: MarkSight, value: WorkspaceState): void {
    const { boxes } = table.columns;
    const [left, top] = [view.x - screen.width / view.zoom / 2, view.y - screen.height / view.zoom / 2];
    const [right, bottom] = [left + screen.width / view.zoom, top + screen.height / view.zoom];
    const leastWidth = ROOM_FOR_NAME / view.zoom;
    const colours = shownColours(value);
    const found: number[] = [];
    for (const at of rows) {
      const [x, y, width, height] = [
        boxes[at * 4] ?? 0,
        boxes[at * 4 + 1] ?? 0,
        boxes[at * 4 + 2] ?? 0,
        boxes[at * 4 + 3] ?? 0,
      ];
      if (width < leastWidth || x > right || y > bottom || x + width < left || y + height < top) continue;
      if (!table.isLive(at)) continue;
      found.push(at);
      if (found.length > NAMES_LIMIT) return;
    }
    for (const at of found) {
      const row = table.row(at);
      if (!row || row.id === value.selectedId) continue;
      const isWide = row.box[2] * view.zoom >= ROOM_FOR_SCORE;
      const text = isWide ? `${row.label} · ${formatScore(row.score)}` : row.label;
      nameTag(context, toScreen(view, screen, ...row.box), text, classColour(row.label, colours));
    }
  }

  return {
    draw(context: CanvasRenderingContext2D, sight: MarkSight, value: WorkspaceState, shown: boolean): void {
      const { view, screen } = sight;
      if (shown) names(context, sight, value);
      const hovered = value.hoveredId === null ? null : table.find(value.hoveredId);
      if (hovered && shown) outline(context, toScreen(view, screen, ...hovered.box), "white", 2);
      const selected = value.selectedId === null ? null : table.find(value.selectedId);
      if (selected && !value.layers.peek) {
        const place = toScreen(view, screen, ...selected.box);
        const colour = classColour(selected.label, shownColours(value));
        outline(context, place, "white", 3);
        outline(context, place, `rgb(${colour.join(" ")})`, 1.5);
        corners(context, place);
        nameTag(context, place, `${selected.label} · ${formatScore(selected.score)}`, colour);
      }
    },
  };
}

type Place = readonly [number, number, number, number];

function outline(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: Place,
  colour: string,
  lineWidth: number,
): void {
  const grow = 2;
  context.lineWidth = lineWidth + 2;
  context.strokeStyle = "rgb(0 0 0 / 0.55)";
  context.strokeRect(x - grow, y - grow, width + 2 * grow, height + 2 * grow);
  context.lineWidth = lineWidth;
  context.strokeStyle = colour;
  context.strokeRect(x - grow, y - grow, width + 2 * grow, height + 2 * grow);
}

/** Brackets around the selection: found at a glance, and without colour. */
function corners(context: CanvasRenderingContext2D, [x, y, width, height]: Place): void {
  const gap = 7;
  const arm = 10;
  context.lineWidth = 2;
  context.strokeStyle = "white";
  context.beginPath();
  for (const [cornerX, cornerY, right, down] of [
    [x - gap, y - gap, 1, 1],
    [x + width + gap, y - gap, -1, 1],
    [x - gap, y + height + gap, 1, -1],
    [x + width + gap, y + height + gap, -1, -1],
  ] as const) {
    context.moveTo(cornerX + right * arm, cornerY);
    context.lineTo(cornerX, cornerY);
    context.lineTo(cornerX, cornerY + down * arm);
  }
  context.stroke();
}

function nameTag(context: CanvasRenderingContext2D, place: Place, text: string, colour: Rgb): void {
  context.font = "500 11px ui-sans-serif, system-ui, sans-serif";
  const width = context.measureText(text).width + 8;
  upright(context, ...uppermost(context, place), (roomAbove) => {
    const top = roomAbove < 18 ? 3 : -18;
    context.fillStyle = `rgb(${colour.join(" ")})`;
    context.fillRect(-1, top, width, 15);
    context.fillStyle = isLight(colour) ? "black" : "white";
    context.textBaseline = "middle";
    context.fillText(text, 3, top + 8);
  });
}

/** The corner of a place that is at the top left on the screen, however the picture is turned. */
function uppermost(context: CanvasRenderingContext2D, [x, y, width, height]: Place): [number, number] {
  const turned = context.getTransform();
  const corners: [number, number][] = [
    [x, y],
    [x + width, y],
    [x, y + height],
    [x + width, y + height],
  ];
  const rank = ([left, top]: [number, number]): number => {
    const point = turned.transformPoint({ x: left, y: top });
    return point.x + point.y;
  };
  return corners.reduce((best, corner) => (rank(corner) < rank(best) ? corner : best));
}

/** True where black reads better than white on a colour (relative luminance, WCAG). */
function isLight([red, green, blue]: Rgb): boolean {
  const linear = (channel: number): number => {
    const part = channel / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue) > 0.179;
}
