import { type ClassColours, classColour, type Rgb } from "#lib/core/detection/class-colour.ts";
import type { FindingTable } from "../../findings/finding-table.ts";
import { formatScore } from "../../ui/format.ts";
import type { View } from "../camera.ts";
import { linearOf, type Screen, spanOf, type Turn, toScreen } from "./to-screen.ts";

/** More names than this on the screen at once would hide the picture. */
const MOST_ON_SCREEN = 60;
/** Where a sheet that reaches beyond the screen would have more than this, those on the screen are named alone. */
const MOST_ON_SHEET = 240;
/** Screen pixels that a box must be wide to be named, and to tell its score as well. */
const ROOM_FOR_NAME = 34;
const ROOM_FOR_SCORE = 96;

type Place = readonly [x: number, y: number, width: number, height: number];
/** A sheet of so many screen pixels around the middle of a view, under a turned `screen`. */
export type SheetSight = { view: View; sheet: Screen; screen: Screen; turn: Turn };

/**
 * Names those of `rows` on a sheet that have room for it, upright on the screen however the sheet is turned under it. Names none where
 * more than can be read would be on the screen. Returns how many it named.
 */
export function drawNames(
  context: CanvasRenderingContext2D,
  table: FindingTable,
  rows: Uint32Array,
  { view, sheet, screen, turn }: SheetSight,
  colours: ClassColours,
): number {
  const { boxes } = table.columns;
  const leastWidth = ROOM_FOR_NAME / view.zoom;
  const span = spanOf(screen, turn);
  const [halfWidth, halfHeight] = [span.width / view.zoom / 2, span.height / view.zoom / 2];
  const [wide, near]: [number[], number[]] = [[], []];
  for (const at of rows) {
    const width = boxes[at * 4 + 2] ?? 0;
    if (width < leastWidth || !table.isLive(at)) continue;
    wide.push(at);
    const [x, y] = [(boxes[at * 4] ?? 0) - view.x, (boxes[at * 4 + 1] ?? 0) - view.y];
    if (x > halfWidth || y > halfHeight || x + width < -halfWidth || y + (boxes[at * 4 + 3] ?? 0) < -halfHeight)
      continue;
    near.push(at);
    if (near.length > MOST_ON_SCREEN) return 0;
  }
  const named = wide.length > MOST_ON_SHEET ? near : wide;
  const linear = linearOf(turn);
  const back = linear.inverse();
  for (const at of named) {
    const row = table.row(at);
    if (!row) continue;
    const text = row.box[2] * view.zoom >= ROOM_FOR_SCORE ? `${row.label} · ${formatScore(row.score)}` : row.label;
    const [x, y] = uppermost(linear, toScreen(view, sheet, ...row.box));
    const onScreen = linear.transformPoint({ x: x - sheet.width / 2, y: y - sheet.height / 2 });
    context.save();
    context.translate(x, y);
    context.transform(back.a, back.b, back.c, back.d, 0, 0);
    drawTag(context, text, classColour(row.label, colours), onScreen.y + screen.height / 2);
    context.restore();
  }
  return named.length;
}

/** Draws a name at the origin of a context: above it, or below where there is no room on the screen. */
export function drawTag(context: CanvasRenderingContext2D, text: string, colour: Rgb, roomAbove: number): void {
  context.font = "500 11px ui-sans-serif, system-ui, sans-serif";
  const width = context.measureText(text).width + 8;
  const top = roomAbove < 18 ? 3 : -18;
  context.fillStyle = `rgb(${colour.join(" ")})`;
  context.fillRect(-1, top, width, 15);
  context.fillStyle = isLight(colour) ? "black" : "white";
  context.textBaseline = "middle";
  context.fillText(text, 3, top + 8);
}

/** The corner of a place that is at the top left on the screen, however the picture is turned. */
export function uppermost(turned: DOMMatrix, [x, y, width, height]: Place): [number, number] {
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
