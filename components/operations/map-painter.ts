import { heatRgb } from "../runs/heat.ts";
import { createPixels, type Paint, type Pixels } from "../runs/pixels.ts";
import { MARK_LOOKS } from "./looks.ts";
import type { MapCells } from "./map-cells.ts";
import type { MapMode } from "./operations.ts";
import type { Moment } from "./replay.ts";

type Sight = {
  cells: MapCells;
  mode: MapMode;
  /** Screen pixels a level-0 pixel. */
  scale: number;
  /** Level-0 pixels. */
  size: { width: number; height: number };
};
type Place = { x: number; y: number; width: number; height: number };

/** Cells smaller than this, in device pixels, show their colour alone and are written as pixels. */
const PLAIN_BELOW = 9;
/** Cells from this size on are set apart by a gap. */
const GAP_FROM = 4;
const HEAT_OPACITY = 0.85;
/** The heat scale stays as it is painted until its top is off by more than this. */
const TOP_DRIFT = 0.1;

/**
 * Paints the cells of the map and keeps them painted: what has not changed is not painted again. Many small cells are written as pixels,
 * large ones drawn with their strokes.
 */
export function createMapPainter(canvas: HTMLCanvasElement) {
  const context = canvas.getContext("2d");
  let painted: (Sight & { ratio: number; top: number }) | null = null;
  let pixels: Pixels | null = null;
  const boxes = new Map<number, Place | null>();

  /** Brings the canvas to what `moment` is, given the tiles that may have changed since it was last painted. */
  return function paint(sight: Sight, moment: Moment, changed: ReadonlySet<number> | "all"): void {
    if (!context) return;
    const ratio = window.devicePixelRatio || 1;
    const top = topOf(sight.mode, moment, painted);
    const whole = changed === "all" || painted === null || !isSame(painted, { ...sight, ratio, top });
    if (painted === null || !isSame(painted, { ...sight, ratio, top: painted.top, mode: painted.mode })) {
      boxes.clear();
      canvas.width = Math.max(1, Math.round(sight.size.width * sight.scale * ratio));
      canvas.height = Math.max(1, Math.round(sight.size.height * sight.scale * ratio));
      canvas.style.width = `${sight.size.width * sight.scale}px`;
      canvas.style.height = `${sight.size.height * sight.scale}px`;
      pixels = isPlain(sight, ratio) ? createPixels(canvas.width, canvas.height) : null;
    }
    painted = { ...sight, ratio, top };
    for (const tile of whole ? sight.cells.tiles : changed) {
      let place = boxes.get(tile);
      if (place === undefined) {
        place = placeOn(sight, ratio, tile);
        boxes.set(tile, place);
      }
      if (!place) continue;
      const look = lookOf(sight.mode, moment, tile, top);
      if (pixels) pixels.fill(place.x, place.y, place.width, place.height, look);
      else drawCell(context, place, look, ratio);
    }
    if (pixels) context.putImageData(pixels.image, 0, 0);
  };
}

function isSame(a: Sight & { ratio: number; top: number }, b: Sight & { ratio: number; top: number }): boolean {
  return (
    a.cells === b.cells &&
    a.mode === b.mode &&
    a.scale === b.scale &&
    a.size.width === b.size.width &&
    a.size.height === b.size.height &&
    a.ratio === b.ratio &&
    a.top === b.top
  );
}

function topOf(mode: MapMode, moment: Moment, painted: { mode: MapMode; top: number } | null): number {
  if (mode === "state") return 1;
  const top = moment.heatTop(mode);
  return painted?.mode === mode && Math.abs(top - painted.top) <= painted.top * TOP_DRIFT ? painted.top : top;
}

function isPlain({ cells, scale }: Sight, ratio: number): boolean {
  const first = cells.tiles[0];
  const cell = first === undefined ? null : cells.cellOf(first);
  return cell !== null && Math.min(cell.width, cell.height) * scale * ratio < PLAIN_BELOW;
}

/** Where a cell lies, in whole device pixels. */
function placeOn({ cells, scale }: Sight, ratio: number, tile: number): Place | null {
  const cell = cells.cellOf(tile);
  if (!cell) return null;
  const by = scale * ratio;
  const [x, y] = [Math.round(cell.x * by), Math.round(cell.y * by)];
  const width = Math.max(1, Math.round((cell.x + cell.width) * by) - x);
  const height = Math.max(1, Math.round((cell.y + cell.height) * by) - y);
  const gap = Math.min(width, height) >= GAP_FROM ? 1 : 0;
  return { x, y, width: width - gap, height: height - gap };
}

type Look = Paint & { stroke: "none" | "slash" | "cross" | "dot" };

/** How a tile looks; null: not at all. */
function lookOf(mode: MapMode, moment: Moment, tile: number, top: number): Look | null {
  if (mode === "state") {
    const mark = moment.markOf(tile);
    const { rgb, stroke } = MARK_LOOKS[mark];
    return { rgb, opacity: mark === "pending" ? 0.28 : mark === "done" ? 0.62 : 0.9, stroke };
  }
  const heat = moment.heatOf(tile, mode);
  return heat === null ? null : { rgb: heatRgb(heat / top), opacity: HEAT_OPACITY, stroke: "none" };
}

function drawCell(context: CanvasRenderingContext2D, place: Place, look: Look | null, ratio: number): void {
  const { x, y, width, height } = place;
  context.clearRect(x, y, width, height);
  if (!look) return;
  context.globalAlpha = look.opacity;
  context.fillStyle = `rgb(${look.rgb.join(" ")})`;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 1;
  if (look.stroke === "none") return;
  context.strokeStyle = "rgb(255 255 255 / 0.9)";
  context.fillStyle = context.strokeStyle;
  context.lineWidth = 1.5 * ratio;
  context.beginPath();
  if (look.stroke === "dot") {
    context.arc(x + width / 2, y + height / 2, Math.min(width, height) / 6, 0, 2 * Math.PI);
    context.fill();
    return;
  }
  const [padX, padY] = [width * 0.25, height * 0.25];
  context.moveTo(x + padX, y + height - padY);
  context.lineTo(x + width - padX, y + padY);
  if (look.stroke === "cross") {
    context.moveTo(x + padX, y + padY);
    context.lineTo(x + width - padX, y + height - padY);
  }
  context.stroke();
}

/** Draws what is chosen over the map: the cell that is marked, and the region (level-0 pixels). */
export function paintChoice(
  canvas: HTMLCanvasElement,
  { cells, scale, size }: Omit<Sight, "mode">,
  choice: { marked: number | null; region: Place | null },
): void {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.max(1, Math.round(size.width * scale * ratio));
  canvas.height = Math.max(1, Math.round(size.height * scale * ratio));
  const context = canvas.getContext("2d");
  if (!context) return;
  context.scale(ratio * scale, ratio * scale);
  const marked = choice.marked === null ? null : cells.cellOf(choice.marked);
  if (marked) outline(context, marked, scale);
  if (!choice.region) return;
  context.setLineDash([6 / scale, 4 / scale]);
  outline(context, choice.region, scale);
}

function outline(context: CanvasRenderingContext2D, { x, y, width, height }: Place, scale: number): void {
  context.lineWidth = 3 / scale;
  context.strokeStyle = "rgb(0 0 0 / 0.7)";
  context.strokeRect(x, y, width, height);
  context.lineWidth = 1.5 / scale;
  context.strokeStyle = "#ffffff";
  context.strokeRect(x, y, width, height);
}
