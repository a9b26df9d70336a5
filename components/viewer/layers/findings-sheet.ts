import { addRows, addTile, createDensityGrid, paintDensity, reachOf } from "../../findings/density-grid.ts";
import { rowTest } from "../../findings/finding-filter.ts";
import type { FindingTable } from "../../findings/finding-table.ts";
import { overlaps, type Reach, rowsInReach } from "../../findings/rows-in-view.ts";
import type { DenseTile } from "../../findings/tile-loader.ts";
import { shownColours } from "../../workspace/shown-colours.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { View } from "../camera.ts";
import { createBoxesLayer } from "./boxes-layer.ts";
import { createDetails } from "./details.ts";
import { layerCanvas, resize } from "./layer-canvas.ts";
import { type Screen, spanOf, type Turn } from "./to-screen.ts";

/** The sheet reaches beyond the screen by this part of it on each side, so that it can be moved before it has to be painted anew. */
const MARGIN = 0.5;
/** A sheet has no more pixels than this, however fine the screen. */
const MOST_PIXELS = 12_000_000;
/** More boxes than this on a sheet lie closer than can be told apart: how densely they lie says more. */
const MOST_BOXES = 40_000;
/** Side of a cell of density, in screen pixels. */
const CELL_PX = 4;
/** The picture has come to rest when it is let go and has not moved for so long; while it moves, the sheet is painted at most this often. */
const SETTLE_MS = 110;
const PACE_MS = 90;
/** Where frames are slow, both are so many of them: otherwise each frame would count as a rest, and be slower still. */
const FRAMES = 3;
const LONGEST_FRAME_MS = 800;
/** Changes that come in a stream take no more than this part of the page's time to paint. */
const PAINT_SHARE = 1 / 6;
/** Moved by less than this, a sheet is as good as painted anew; the zoom it was painted at serves within this factor. */
const MOST_SCALE = 1.8;
/** Outlines and names may be enlarged so far before they are painted anew on the way. */
const MOST_DETAIL_SCALE = 4;

export type Sight = { view: View; turn: Turn; screen: Screen };
type Sheet = { view: View; width: number; height: number };
/** `isDetailed`: outlines and names are those of the view, not of an earlier one. */
type Painted = Sheet & { inputs: readonly unknown[]; at: number; isDetailed: boolean };

/**
 * The findings of the view as a sheet that lies over the picture. It is painted when findings or filter change and when the picture
 * comes to rest; while the picture moves, the sheet is moved with it by the browser's compositor, whatever is on it. `isMoving`: a hand
 * holds the picture, or it is on its way.
 */
export function createFindingsSheet(workspace: Workspace, isMoving: () => boolean) {
  const { state, table, sight: told } = workspace;
  const element = document.createElement("div");
  element.dataset["layer"] = "findings-sheet";
  element.setAttribute("aria-hidden", "true");
  // A layer of the compositor's own, whatever is on it.
  const place = { position: "absolute", left: "50%", top: "50%", pointerEvents: "none", willChange: "transform" };
  Object.assign(element.style, place);
  const density = layerCanvas("density");
  const details = createDetails();
  // Cells as they were counted; where graphics are emulated, smoothing them takes a quarter of each frame.
  density.style.imageRendering = "pixelated";
  element.append(density);
  const boxes = createBoxesLayer(element, () => {
    painted = null;
    if (wanted) follow(wanted);
  });
  let painted: Painted | null = null;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let wanted: Sight | null = null;
  let frameMs = 0;
  let paintMs = 0;

  function covers({ view, turn, screen }: Sight, sheet: Sheet, mostScale = MOST_SCALE): boolean {
    const scale = view.zoom / sheet.view.zoom;
    if (scale > mostScale || scale < 1 / mostScale) return false;
    const span = spanOf(screen, turn);
    const fits = (moved: number, needed: number, has: number): boolean =>
      Math.abs(moved) * sheet.view.zoom + needed / scale / 2 <= has / 2 + 1;
    return (
      fits(view.x - sheet.view.x, span.width, sheet.width) && fits(view.y - sheet.view.y, span.height, sheet.height)
    );
  }

  /** Lays the sheet where what is on it belongs now. */
  function move({ view, turn }: Sight, sheet: Painted): void {
    const scale = view.zoom / sheet.view.zoom;
    let [x, y] = [(sheet.view.x - view.x) * view.zoom, (sheet.view.y - view.y) * view.zoom];
    const isWhole = scale === 1 && turn.degrees % 90 === 0;
    boxes.smooth(!isWhole);
    if (isWhole) {
      // Whole pixels of the screen keep lines sharp.
      const ratio = window.devicePixelRatio;
      [x, y] = [Math.round(x * ratio) / ratio, Math.round(y * ratio) / ratio];
    }
    element.style.transform = `translate(-50%, -50%) scaleX(${turn.flipped ? -1 : 1}) rotate(${turn.degrees}deg) translate(${x}px, ${y}px) scale(${scale})`;
  }

  function denseTiles(reach: Reach): DenseTile[] {
    if (state.get().loading.state !== "partial") return [];
    const inReach = [...workspace.dense.tiles()].filter((tile) => overlaps(reachOf(tile), reach));
    // The finest that there is: what covers a finer one as well is left out.
    const sorted = inReach.sort((a, b) => a.address.level - b.address.level);
    const used: DenseTile[] = [];
    for (const tile of sorted) {
      const [low, side] = [reachOf(tile), 1];
      const inside = (other: DenseTile): boolean => {
        const { left, top } = reachOf(other);
        return left >= low.left && top >= low.top && left + side <= low.right && top + side <= low.bottom;
      };
      if (!used.some(inside)) used.push(tile);
    }
    return used;
  }

  function paintCells(sheet: Reach, zoom: number, tiles: readonly DenseTile[], test: (at: number) => boolean): number {
    const { image, page } = state.get();
    const { width, height } = image.pageSizes[page] ?? { width: image.width ?? 0, height: image.height ?? 0 };
    // Beside the picture there is nothing, and each pixel of a layer costs in each frame.
    const reach: Reach = {
      left: Math.max(0, sheet.left),
      top: Math.max(0, sheet.top),
      right: Math.min(width, sheet.right),
      bottom: Math.min(height, sheet.bottom),
    };
    const [wide, high] = [(reach.right - reach.left) * zoom, (reach.bottom - reach.top) * zoom];
    density.style.display = wide > 0 && high > 0 ? "block" : "none";
    if (wide <= 0 || high <= 0) return 0;
    Object.assign(density.style, {
      left: `${(reach.left - sheet.left) * zoom}px`,
      top: `${(reach.top - sheet.top) * zoom}px`,
      width: `${wide}px`,
      height: `${high}px`,
    });
    const [columns, rows] = [Math.max(1, Math.round(wide / CELL_PX)), Math.max(1, Math.round(high / CELL_PX))];
    const grid = createDensityGrid(reach, columns, rows);
    const { boxes: places } = table.columns;
    const within = tiles.map(reachOf);
    const { hiddenLabels } = state.get().filter;
    const colours = shownColours(state.get());
    let count = 0;
    for (const tile of tiles) count += addTile(grid, tile, hiddenLabels, colours);
    // What lies in a tile of which the density is known is counted there already.
    const isOutside = (at: number): boolean => {
      const x = (places[at * 4] ?? 0) + (places[at * 4 + 2] ?? 0) / 2;
      const y = (places[at * 4 + 1] ?? 0) + (places[at * 4 + 3] ?? 0) / 2;
      return !within.some((tile) => x >= tile.left && x < tile.right && y >= tile.top && y < tile.bottom);
    };
    const isCounted = within.some(
      (tile) =>
        tile.left <= reach.left && tile.top <= reach.top && tile.right >= reach.right && tile.bottom >= reach.bottom,
    );
    if (!isCounted) {
      count += addRows(grid, table, within.length === 0 ? test : (at) => test(at) && isOutside(at), colours);
    }
    resize(density, { width: columns, height: rows });
    const context = density.getContext("2d");
    const pixels = context?.createImageData(columns, rows);
    if (!context || !pixels) return count;
    paintDensity(grid, pixels.data);
    context.putImageData(pixels, 0, 0);
    return count;
  }

  /** Whether outlines and names that were painted for another zoom serve on the way to this one. */
  function detailsServe(now: Sight): boolean {
    const { painted: last } = details;
    return (
      last !== null &&
      last.view.zoom !== now.view.zoom &&
      covers(now, { view: last.view, ...last.sheet }, MOST_DETAIL_SCALE)
    );
  }

  /** Paints the sheet of a view; with outlines and names as they are where they serve and `keepsDetails`. */
  function paint(now: Sight, inputs: readonly unknown[], keepsDetails: boolean): void {
    const began = performance.now();
    const { view, turn, screen } = now;
    const span = spanOf(screen, turn);
    const [width, height] = [Math.round(span.width * (1 + 2 * MARGIN)), Math.round(span.height * (1 + 2 * MARGIN))];
    Object.assign(element.style, { width: `${width}px`, height: `${height}px` });
    const ratio = Math.min(window.devicePixelRatio, Math.sqrt(MOST_PIXELS / (width * height)));
    const [halfWidth, halfHeight] = [width / view.zoom / 2, height / view.zoom / 2];
    const reach: Reach = {
      left: view.x - halfWidth,
      top: view.y - halfHeight,
      right: view.x + halfWidth,
      bottom: view.y + halfHeight,
    };
    const { filter, picked, stack } = state.get();
    const test = rowTest(table, filter);
    const tiles = denseTiles(reach);
    const found = rowsInReach(table, reach, test, MOST_BOXES);
    const rows = found && stacked(found, table, stack);
    const expected = tiles.length === 0 ? 0 : expectedIn(reach, tiles, filter.hiddenLabels);
    const showsBoxes = rows !== null && rows.length >= expected * 0.98;
    if (showsBoxes) density.style.display = "none";
    const hasBoxes = showsBoxes && rows.length > 0;
    boxes.show(hasBoxes);
    if (hasBoxes) {
      const size = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
      const drawn = { table, rows, picked: positionsOf(table, picked), colours: shownColours(state.get()) };
      const sight = { view, turn, screen, sheet: { width, height } };
      const over = keepsDetails ? details.moved(sight, ratio) : details.paint(drawn, sight, { size, ratio });
      boxes.draw(drawn, over, { view, size, ratio });
    } else {
      // What they were of may have changed when boxes are drawn again.
      details.forget();
    }
    const inView = showsBoxes ? rows.length : paintCells(reach, view.zoom, tiles, test);
    const isDetailed = !(hasBoxes && keepsDetails);
    painted = { view, width, height, inputs, at: performance.now(), isDetailed };
    paintMs = painted.at - began;
    told.update((value) => {
      const shows = showsBoxes ? "boxes" : "density";
      return value.shows === shows && value.inView === inView ? value : { shows, inView };
    });
  }

  function expectedIn(reach: Reach, tiles: readonly DenseTile[], hidden: ReadonlySet<string>): number {
    const single = createDensityGrid(reach, 64, 64);
    return tiles.reduce((sum, tile) => sum + addTile(single, tile, hidden), 0);
  }

  function later(delayMs: number): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => {
      timer = null;
      // Slow frames are no rest.
      if (wanted) follow(wanted, !isMoving());
    }, delayMs);
  }

  /** Shows the findings of a view: moves the sheet, and paints it where it no longer serves or the picture is at rest. */
  function follow(now: Sight, isAtRest = false): void {
    wanted = now;
    const { filter, loading, picked, stack } = state.get();
    const { screen, turn } = now;
    const inputs = [
      table.revision,
      filter,
      picked,
      stack,
      loading.state,
      // By what they are: runs are told anew with each of their steps.
      JSON.stringify(shownColours(state.get())),
      screen.width,
      screen.height,
      window.devicePixelRatio,
      // Names stand upright.
      turn.degrees,
      turn.flipped,
    ];
    const isFresh = painted?.inputs.every((each, at) => each === inputs[at]) ?? false;
    const isHere =
      painted?.view.x === now.view.x && painted.view.y === now.view.y && painted.view.zoom === now.view.zoom;
    if (painted && isFresh && isHere && (painted.isDetailed || !isAtRest)) {
      move(now, painted);
      if (!painted.isDetailed && !timer) later(Math.max(SETTLE_MS, FRAMES * frameMs));
      return;
    }
    const serves = painted !== null && isFresh && covers(now, painted) && (painted.isDetailed || detailsServe(now));
    const instant = performance.now();
    const since = instant - (painted?.at ?? Number.NEGATIVE_INFINITY);
    const frames = FRAMES * frameMs;
    requestAnimationFrame(() => {
      frameMs = Math.min(LONGEST_FRAME_MS, performance.now() - instant);
    });
    const pace = Math.max(PACE_MS, frames, isFresh ? 0 : paintMs / PAINT_SHARE);
    if (!isAtRest && (serves || (painted && since < pace))) {
      later(serves ? Math.max(SETTLE_MS, frames) : pace - since);
    } else {
      if (timer) clearTimeout(timer);
      timer = null;
      const keepsDetails = !isAtRest && painted !== null && isFresh && detailsServe(now);
      paint(now, inputs, keepsDetails);
      if (keepsDetails) later(Math.max(SETTLE_MS, frames));
    }
    if (painted) move(now, painted);
  }

  return {
    element,
    follow: (now: Sight): void => follow(now),
    destroy(): void {
      if (timer) clearTimeout(timer);
      boxes.destroy();
      element.remove();
    },
  };
}

function positionsOf(table: FindingTable, ids: ReadonlySet<string>): ReadonlySet<number> {
  return new Set([...ids].flatMap((id) => table.positionOf(id) ?? []));
}

/** The rows in the order in which they are painted: what was laid over others last. */
function stacked(rows: Uint32Array, table: FindingTable, stack: ReadonlyMap<string, number>): Uint32Array {
  if (stack.size === 0) return rows;
  const heights = new Map([...stack].map(([id, height]) => [table.positionOf(id), height]));
  return rows.toSorted((a, b) => (heights.get(a) ?? 0) - (heights.get(b) ?? 0) || a - b);
}
