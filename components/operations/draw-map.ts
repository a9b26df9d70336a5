import type { Tile } from "#lib/core/detection/run.ts";
import type { Rectangle } from "#lib/core/geometry/region.ts";
import { heatColour, heatOf, heatTop } from "../runs/heat.ts";
import { MARK_LOOKS } from "./looks.ts";
import type { MapMode } from "./operations.ts";
import type { TileNow } from "./replay.ts";

/** Cells smaller than this show their colour alone. */
const STROKE_FROM = 9;

type Map = {
  places: readonly Tile[];
  tiles: readonly TileNow[];
  mode: MapMode;
  page: number;
  /** Screen pixels a level-0 pixel. */
  scale: number;
  size: { width: number; height: number };
  marked: number | null;
  region: Rectangle | null;
};

/** Draws all cells of the map. Overlapping tiles are drawn a little smaller than they are, so that each is seen. */
export function drawMap(canvas: HTMLCanvasElement, map: Map): void {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = [map.size.width * map.scale, map.size.height * map.scale];
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.width = `${width}px`;
    canvas.style.height = `${height}px`;
  }
  const context = canvas.getContext("2d");
  if (!context) return;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const most = map.mode === "state" ? 1 : heatTop(map.tiles, map.mode);
  for (const place of map.places) {
    const tile = map.tiles[place.index];
    if (!tile || place.page !== map.page || place.wholePicture) continue;
    drawCell(context, map, place, tile, most);
  }
  const marked = map.marked === null ? undefined : map.places[map.marked];
  if (marked) outline(context, cell(map, marked));
  if (map.region) {
    const { x, y, width, height } = map.region;
    context.setLineDash([6, 4]);
    outline(context, [x * map.scale, y * map.scale, width * map.scale, height * map.scale]);
    context.setLineDash([]);
  }
}

function cell({ scale }: Map, place: Tile): [number, number, number, number] {
  const inset = Math.min(1, place.width * scale * 0.08);
  return [
    place.x * scale + inset,
    place.y * scale + inset,
    Math.max(1, place.width * scale - 2 * inset),
    Math.max(1, place.height * scale - 2 * inset),
  ];
}

function drawCell(context: CanvasRenderingContext2D, map: Map, place: Tile, tile: TileNow, most: number): void {
  const [x, y, width, height] = cell(map, place);
  const look = MARK_LOOKS[tile.mark];
  if (map.mode !== "state") {
    const heat = heatOf(map.mode, tile);
    if (heat === null) return;
    context.globalAlpha = 0.85;
    context.fillStyle = heatColour(heat / most);
    context.fillRect(x, y, width, height);
    context.globalAlpha = 1;
    return;
  }
  context.globalAlpha = tile.mark === "pending" ? 0.28 : tile.mark === "done" ? 0.62 : 0.9;
  context.fillStyle = look.colour;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  if (Math.min(width, height) >= STROKE_FROM) stroke(context, look.stroke, x, y, width, height);
}

function stroke(
  context: CanvasRenderingContext2D,
  kind: "none" | "slash" | "cross" | "dot",
  x: number,
  y: number,
  width: number,
  height: number,
): void {
  if (kind === "none") return;
  context.strokeStyle = "rgb(255 255 255 / 0.9)";
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 1.5;
  context.beginPath();
  if (kind === "dot") {
    context.arc(x + width / 2, y + height / 2, Math.min(width, height) / 6, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  const [padX, padY] = [width * 0.25, height * 0.25];
  context.moveTo(x + padX, y + height - padY);
  context.lineTo(x + width - padX, y + padY);
  if (kind === "cross") {
    context.moveTo(x + padX, y + padY);
    context.lineTo(x + width - padX, y + height - padY);
  }
  context.stroke();
}

function outline(
  context: CanvasRenderingContext2D,
  [x, y, width, height]: readonly [number, number, number, number],
): void {
  context.lineWidth = 3;
  context.strokeStyle = "rgb(0 0 0 / 0.7)";
  context.strokeRect(x, y, width, height);
  context.lineWidth = 1.5;
  context.strokeStyle = "#ffffff";
  context.strokeRect(x, y, width, height);
}

/** The tile whose middle is nearest among those that cover a point (level-0 pixels of a page). */
export function placeOf(places: readonly Tile[], page: number, at: { x: number; y: number }): Tile | null {
  let best: { place: Tile; distance: number } | null = null;
  for (const place of places) {
    if (place.page !== page || place.wholePicture) continue;
    if (at.x < place.x || at.y < place.y || at.x >= place.x + place.width || at.y >= place.y + place.height) continue;
    const distance = Math.hypot(at.x - place.x - place.width / 2, at.y - place.y - place.height / 2);
    if (best === null || distance < best.distance) best = { place, distance };
  }
  return best?.place ?? null;
}
