import type { ComparedPlace } from "#lib/core/api/compared-places.ts";
import type { View } from "../viewer/camera.ts";
import { type Screen, toScreen, upright } from "../viewer/layers/to-screen.ts";
import { type ComparisonState, keyOf, letterOf } from "./comparison.ts";
import { cssOf, lookOf, type PartLook } from "./part-look.ts";

/** Places smaller than this on the screen are a dot. */
const DOT_BELOW_PX = 5;
/** Places are lettered where there is room, and not more of them than can be read. */
const LETTERS_FROM_PX = 26;
const MOST_LETTERS = 80;

/** Draws what the sides of a comparison share and what one has alone, each part in its own look. */
export function drawPlaces(
  context: CanvasRenderingContext2D,
  view: View,
  screen: Screen,
  { found, hidden, at }: ComparisonState,
): void {
  if (!found) return;
  const sides = found.sides.length;
  const inSight = found.places.filter((place) => !hidden.has(keyOf(place)) && touches(place, view, screen));
  const lettered = inSight.filter(({ box }) => box[2] * view.zoom >= LETTERS_FROM_PX);
  for (const place of inSight) outline(context, toScreen(view, screen, ...place.box), lookOf(place, sides));
  context.setLineDash([]);
  if (lettered.length <= MOST_LETTERS) for (const place of lettered) letters(context, view, screen, place, sides);
  const chosen = at === null ? undefined : found.places[at];
  if (chosen) frame(context, toScreen(view, screen, ...chosen.box));
}

function touches({ box: [x, y, width, height] }: ComparedPlace, view: View, screen: Screen): boolean {
  const [left, top] = [view.x - screen.width / view.zoom / 2, view.y - screen.height / view.zoom / 2];
  const [right, bottom] = [left + screen.width / view.zoom, top + screen.height / view.zoom];
  return x <= right && y <= bottom && x + width >= left && y + height >= top;
}

type Rectangle = readonly [x: number, y: number, width: number, height: number];

function outline(context: CanvasRenderingContext2D, [x, y, width, height]: Rectangle, look: PartLook): void {
  if (Math.max(width, height) < DOT_BELOW_PX) {
    context.fillStyle = cssOf(look);
    context.fillRect(x + width / 2 - 1.5, y + height / 2 - 1.5, 3, 3);
    return;
  }
  // A dark line beneath, so that it reads on any picture.
  context.setLineDash([]);
  context.lineWidth = look.width + 2;
  context.strokeStyle = "rgb(0 0 0 / 0.5)";
  context.strokeRect(x, y, width, height);
  context.setLineDash([...look.dash]);
  context.lineWidth = look.width;
  context.strokeStyle = cssOf(look);
  context.strokeRect(x, y, width, height);
}

/** Which sides have it, above its corner. */
function letters(
  context: CanvasRenderingContext2D,
  view: View,
  screen: Screen,
  place: ComparedPlace,
  sides: number,
): void {
  const [x, y] = toScreen(view, screen, ...place.box);
  const text = place.in.map(letterOf).join("") + (place.renamed ? "≠" : "");
  context.font = "600 10px ui-sans-serif, system-ui, sans-serif";
  const width = context.measureText(text).width + 6;
  upright(context, x, y, () => {
    context.fillStyle = "rgb(0 0 0 / 0.78)";
    context.fillRect(-1, -14, width, 13);
    context.fillStyle = cssOf(lookOf(place, sides));
    context.textBaseline = "middle";
    context.fillText(text, 2, -7);
  });
}

/** Brackets around the place that was chosen. */
function frame(context: CanvasRenderingContext2D, [x, y, width, height]: Rectangle): void {
  const gap = 6;
  context.lineWidth = 4;
  context.strokeStyle = "rgb(0 0 0 / 0.6)";
  context.strokeRect(x - gap, y - gap, width + 2 * gap, height + 2 * gap);
  context.lineWidth = 1.5;
  context.strokeStyle = "white";
  context.strokeRect(x - gap, y - gap, width + 2 * gap, height + 2 * gap);
}
