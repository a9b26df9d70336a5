import { END_STATES, type Run, type TileState, type Tiling } from "#lib/core/detection/run.ts";
import { planTiles, type TileRectangle } from "#lib/core/tiling/plan-tiles.ts";
import { type HeatMode, heatOf, heatRgb } from "../../runs/heat.ts";
import { isMissing, type Ledger, type LedgerTile } from "../../runs/ledger.ts";
import { createPixels, type Paint, type Pixels } from "../../runs/pixels.ts";
import type { View } from "../camera.ts";
import { type Screen, toScreen } from "./to-screen.ts";

type Rgb = readonly [number, number, number];
type LineLook = { rgb: Rgb; line: number; fill: number; width: number };

/** How tiles look that are not done: colour, opacity of edge and surface, width of the edge. */
const LOOKS: Partial<Record<TileState, LineLook>> = {
  pending: { rgb: [255, 255, 255], line: 0.35, fill: 0, width: 1 },
  running: { rgb: [94, 214, 220], line: 0.95, fill: 0.16, width: 1.5 },
  failed: { rgb: [255, 92, 92], line: 0.95, fill: 0.16, width: 1.5 },
  skipped: { rgb: [255, 200, 80], line: 0.95, fill: 0.14, width: 1.5 },
};
/** Tiles that hold nothing and were not looked at. */
const BACKGROUND_LOOK: LineLook = { rgb: [120, 130, 145], line: 0.25, fill: 0.18, width: 1 };

const MISSING_WORDS: Partial<Record<TileState, string>> = { failed: "failed", skipped: "skipped" };

/** Missing tiles are named where there is room for the words. */
const NAMED_FROM_PX = 72;
/** Tiles smaller than this show a plain surface, written as pixels: there may be a hundred thousand of them. */
const PLAIN_BELOW_PX = 6;
const PLAIN_OPACITY = 0.6;
const HEAT_OPACITY = 0.55;

/** What the tile layers draw on, and what of it is in sight. */
export type TileSight = { context: CanvasRenderingContext2D; view: View; screen: Screen; ledger: Ledger; page: number };

type Place = readonly [x: number, y: number, width: number, height: number];

/** Visits the tiles of the page that are in sight, with where they lie on the screen. */
function eachInSight({ view, screen, ledger, page }: TileSight, visit: (tile: LedgerTile, place: Place) => void): void {
  const [left, top] = [view.x - screen.width / view.zoom / 2, view.y - screen.height / view.zoom / 2];
  const [right, bottom] = [left + screen.width / view.zoom, top + screen.height / view.zoom];
  for (const tile of ledger.tiles()) {
    if (!tile || tile.page !== page || tile.wholePicture) continue;
    if (tile.x > right || tile.y > bottom || tile.x + tile.width < left || tile.y + tile.height < top) continue;
    visit(tile, toScreen(view, screen, tile.x, tile.y, tile.width, tile.height));
  }
}

let surface: { pixels: Pixels; canvas: HTMLCanvasElement } | null = null;

/** Lets `write` fill pixels, one for each of the screen's, and lays them over what is drawn. */
function layPixels({ context, screen }: TileSight, write: (pixels: Pixels) => void): void {
  const [width, height] = [Math.round(screen.width), Math.round(screen.height)];
  if (surface?.pixels.image.width !== width || surface.pixels.image.height !== height) {
    const canvas = document.createElement("canvas");
    Object.assign(canvas, { width, height });
    surface = { pixels: createPixels(width, height), canvas };
  }
  const { pixels, canvas } = surface;
  pixels.clear();
  write(pixels);
  canvas.getContext("2d")?.putImageData(pixels.image, 0, 0);
  context.drawImage(canvas, 0, 0);
}

function fillPlain(pixels: Pixels, [x, y, width, height]: Place, paint: Paint): void {
  const [left, top] = [Math.round(x), Math.round(y)];
  pixels.fill(left, top, Math.max(1, Math.round(x + width) - left), Math.max(1, Math.round(y + height) - top), paint);
}

/** Whether tiles are so small on the screen that their edges would be all that is seen. */
function isSmall({ ledger, view, page }: TileSight): boolean {
  const first = ledger.tiles().find((tile) => tile?.page === page && !tile.wholePicture);
  return first !== undefined && first.width * view.zoom < PLAIN_BELOW_PX;
}

/** Whether there is a tile whose state is drawn: none of a run that is over and has done all. */
export function showsTiles(ledger: Ledger, run: Run): boolean {
  const { done, ...others } = ledger.counts();
  return !END_STATES.includes(run.state) || Object.values(others).some((count) => count > 0);
}

/** Tiles by state while a run goes on: waiting ones as a faint net that dissolves, those at work filled; missing ones stay. */
export function drawTileGrid(sight: TileSight, run: Run): void {
  const over = END_STATES.includes(run.state);
  const lookOf = (tile: LedgerTile): LineLook | undefined => {
    const missing = isMissing(tile, over);
    if (tile.state === "skipped" && !missing) return BACKGROUND_LOOK;
    if (over && !missing) return undefined;
    return missing && tile.state !== "failed" ? LOOKS.skipped : LOOKS[tile.state];
  };
  if (isSmall(sight)) {
    layPixels(sight, (pixels) =>
      eachInSight(sight, (tile, place) => {
        const look = lookOf(tile);
        if (look && look.fill > 0) fillPlain(pixels, place, { rgb: look.rgb, opacity: PLAIN_OPACITY });
      }),
    );
    return;
  }
  const { context } = sight;
  eachInSight(sight, (tile, place) => {
    const look = lookOf(tile);
    if (!look) return;
    context.fillStyle = `rgb(${look.rgb.join(" ")} / ${look.fill})`;
    context.fillRect(...place);
    context.lineWidth = look.width + 1;
    context.strokeStyle = "rgb(0 0 0 / 0.25)";
    context.strokeRect(...place);
    context.lineWidth = look.width;
    context.strokeStyle = `rgb(${look.rgb.join(" ")} / ${look.line})`;
    context.strokeRect(...place);
    if (isMissing(tile, over)) markMissing(context, tile, place);
  });
}

/** Hatched and named: what lies there has not been looked at. */
function markMissing(
  context: CanvasRenderingContext2D,
  tile: { index: number; state: TileState },
  [x, y, width, height]: readonly [number, number, number, number],
): void {
  const step = 10;
  context.save();
  context.beginPath();
  context.rect(x, y, width, height);
  context.clip();
  context.lineWidth = 1;
  context.beginPath();
  for (let at = -height; at < width; at += step) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.stroke();
  if (width >= NAMED_FROM_PX) {
    const words = `tile ${tile.index} ${MISSING_WORDS[tile.state] ?? "not reached"}`;
    context.font = "600 11px system-ui, sans-serif";
    context.fillStyle = "rgb(0 0 0 / 0.7)";
    context.fillRect(x + 3, y + 3, context.measureText(words).width + 8, 17);
    context.fillStyle = "white";
    context.fillText(words, x + 7, y + 15);
  }
  context.restore();
}

/** What each tile took, as a heat map through which the picture still shows. */
export function drawTileHeat(sight: TileSight, mode: HeatMode): void {
  const top = sight.ledger.heatTop(mode);
  layPixels(sight, (pixels) =>
    eachInSight(sight, (tile, [x, y, width, height]) => {
      const heat = heatOf(mode, tile);
      if (heat === null) return;
      const gap = width < PLAIN_BELOW_PX ? 0 : 1;
      const place = [x, y, width - gap, height - gap] as const;
      fillPlain(pixels, place, { rgb: heatRgb(heat / top), opacity: HEAT_OPACITY });
    }),
  );
}

/** Above this many tiles a preview would be a solid surface. */
const PREVIEW_LIMIT = 20_000;
let planned: { width: number; height: number; tiling: Tiling; tiles: TileRectangle[] } | null = null;

/** The tiles that a run would have, before it is started. */
export function drawTilePreview(
  context: CanvasRenderingContext2D,
  view: View,
  screen: Screen,
  image: { width: number | null; height: number | null },
  tiling: Tiling,
): void {
  const { width, height } = image;
  if (width === null || height === null) return;
  if (planned?.tiling !== tiling || planned.width !== width || planned.height !== height) {
    planned = { width, height, tiling, tiles: planTiles({ width, height, tiling }) };
  }
  if (planned.tiles.length > PREVIEW_LIMIT) return;
  context.fillStyle = "rgb(94 214 220 / 0.1)";
  context.strokeStyle = "rgb(94 214 220 / 0.9)";
  context.lineWidth = 1;
  for (const tile of planned.tiles) {
    const place = toScreen(view, screen, tile.x, tile.y, tile.width, tile.height);
    if (place[0] > screen.width || place[1] > screen.height || place[0] + place[2] < 0 || place[1] + place[3] < 0)
      continue;
    // Overlaps show as what is covered twice.
    context.fillRect(...place);
    context.strokeRect(...place);
  }
}
