import { END_STATES, type Run, type TileState, type Tiling } from "#lib/core/detection/run.ts";
import { planTiles, type TileRectangle } from "#lib/core/tiling/plan-tiles.ts";
import { type HeatMode, heatColour, heatOf, heatTop } from "../../runs/heat.ts";
import { isMissing, type Ledger } from "../../runs/ledger.ts";
import type { View } from "../camera.ts";
import { type Screen, toScreen } from "./to-screen.ts";

const LINES: Partial<Record<TileState, { line: string; fill: string | null; width: number }>> = {
  pending: { line: "rgb(255 255 255 / 0.35)", fill: null, width: 1 },
  running: { line: "rgb(94 214 220 / 0.95)", fill: "rgb(94 214 220 / 0.16)", width: 1.5 },
  failed: { line: "rgb(255 92 92 / 0.95)", fill: "rgb(255 60 60 / 0.16)", width: 1.5 },
  skipped: { line: "rgb(255 200 80 / 0.95)", fill: "rgb(255 200 80 / 0.14)", width: 1.5 },
};

const MISSING_WORDS: Partial<Record<TileState, string>> = { failed: "failed", skipped: "skipped" };

/** Missing tiles are named where there is room for the words. */
const NAMED_FROM_PX = 72;

/** Tiles by state while a run goes on: waiting ones as a faint net that dissolves, those at work filled; failed ones stay. */
export function drawTileGrid(
  context: CanvasRenderingContext2D,
  view: View,
  screen: Screen,
  ledger: Ledger,
  run: Run | null,
): void {
  if (!run) return;
  const over = END_STATES.includes(run.state);
  for (const [, tile] of ledger.tiles()) {
    const missing = isMissing(tile.state, over);
    const look = missing && tile.state !== "failed" ? LINES.skipped : LINES[tile.state];
    if (!look || tile.wholePicture || (over && !missing)) continue;
    const [x, y, width, height] = toScreen(view, screen, tile.x, tile.y, tile.width, tile.height);
    if (x > screen.width || y > screen.height || x + width < 0 || y + height < 0) continue;
    if (look.fill) {
      context.fillStyle = look.fill;
      context.fillRect(x, y, width, height);
    }
    if (width < 6 && tile.state === "pending") continue;
    context.lineWidth = look.width + 1;
    context.strokeStyle = "rgb(0 0 0 / 0.25)";
    context.strokeRect(x, y, width, height);
    context.lineWidth = look.width;
    context.strokeStyle = look.line;
    context.strokeRect(x, y, width, height);
    if (missing) markMissing(context, tile, [x, y, width, height]);
  }
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

let scaled: { ledger: Ledger; revision: number; mode: HeatMode; top: number } | null = null;

/** The top of the scale, worked out anew when tiles have changed and not for every frame of a moving picture. */
function topOf(ledger: Ledger, mode: HeatMode): number {
  const { revision } = ledger;
  if (scaled?.ledger !== ledger || scaled.revision !== revision || scaled.mode !== mode) {
    const tiles = [...ledger.tiles()].map(([, tile]) => tile).filter((tile) => !tile.wholePicture);
    scaled = { ledger, revision, mode, top: heatTop(tiles, mode) };
  }
  return scaled.top;
}

/** What each tile took, as a heat map through which the picture still shows. */
export function drawTileHeat(
  context: CanvasRenderingContext2D,
  view: View,
  screen: Screen,
  ledger: Ledger,
  mode: HeatMode,
): void {
  const top = topOf(ledger, mode);
  context.globalAlpha = 0.55;
  for (const [, tile] of ledger.tiles()) {
    const heat = tile.wholePicture ? null : heatOf(mode, tile);
    if (heat === null) continue;
    const [x, y, width, height] = toScreen(view, screen, tile.x, tile.y, tile.width, tile.height);
    if (x > screen.width || y > screen.height || x + width < 0 || y + height < 0) continue;
    context.fillStyle = heatColour(heat / top);
    context.fillRect(x + 0.5, y + 0.5, Math.max(1, width - 1), Math.max(1, height - 1));
  }
  context.globalAlpha = 1;
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
