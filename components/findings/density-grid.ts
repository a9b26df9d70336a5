import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import type { FindingTable } from "./finding-table.ts";
import { eachInReach, type Reach } from "./rows-in-view.ts";
import type { DenseTile } from "./tile-loader.ts";
import { tileSide } from "./tile-plan.ts";

/** How strongly a cell with a single finding, and the fullest of all, cover the picture. */
const FAINTEST = 0.35;
const STRONGEST = 0.92;

/** Findings counted by cell, with the sum of their colours: four numbers a cell, count, red, green, blue. */
export type DensityGrid = { columns: number; rows: number; reach: Reach; cells: Float32Array };

/** An empty grid over a rectangle of level-0 pixels. */
export function createDensityGrid(reach: Reach, columns: number, rows: number): DensityGrid {
  return { columns, rows, reach, cells: new Float32Array(columns * rows * 4) };
}

/** The rectangle that a tile covers. */
export function reachOf({ address }: Pick<DenseTile, "address">): Reach {
  const side = tileSide(address);
  const [left, top] = [address.x * side, address.y * side];
  return { left, top, right: left + side, bottom: top + side };
}

function add({ cells }: DensityGrid, cell: number, count: number, [red, green, blue]: readonly number[]): void {
  const at = cell * 4;
  cells[at] = (cells[at] ?? 0) + count;
  cells[at + 1] = (cells[at + 1] ?? 0) + count * (red ?? 0);
  cells[at + 2] = (cells[at + 2] ?? 0) + count * (green ?? 0);
  cells[at + 3] = (cells[at + 3] ?? 0) + count * (blue ?? 0);
}

/** Counts rows of the table that pass, each where its middle is, in the colour of its class. Returns how many were counted. */
export function addRows(
  grid: DensityGrid,
  table: FindingTable,
  test: (at: number) => boolean,
  own: ClassColours = {},
): number {
  const { boxes, labels, labelNames } = table.columns;
  const { reach, columns, rows } = grid;
  const colours = labelNames.map((name) => classColour(name, own));
  const [scaleX, scaleY] = [columns / (reach.right - reach.left), rows / (reach.bottom - reach.top)];
  let counted = 0;
  eachInReach(table, reach, (at) => {
    if (!test(at)) return true;
    const column = Math.floor(((boxes[at * 4] ?? 0) + (boxes[at * 4 + 2] ?? 0) / 2 - reach.left) * scaleX);
    const row = Math.floor(((boxes[at * 4 + 1] ?? 0) + (boxes[at * 4 + 3] ?? 0) / 2 - reach.top) * scaleY);
    if (column < 0 || row < 0 || column >= columns || row >= rows) return true;
    add(grid, row * columns + column, 1, colours[labels[at] ?? 0] ?? [128, 128, 128]);
    counted += 1;
    return true;
  });
  return counted;
}

/** Counts what is known of a tile, but for hidden classes; a cell of it that covers several of the grid is spread over them. */
export function addTile(
  grid: DensityGrid,
  tile: DenseTile,
  hidden: ReadonlySet<string>,
  own: ClassColours = {},
): number {
  const { side, cells, counts, labelIndexes } = tile.density;
  const place = reachOf(tile);
  const extent = (place.right - place.left) / side;
  const { reach, columns, rows } = grid;
  const [scaleX, scaleY] = [columns / (reach.right - reach.left), rows / (reach.bottom - reach.top)];
  const colours = tile.labels.map((label) => (hidden.has(label) ? null : classColour(label, own)));
  let counted = 0;
  for (const [entry, cell] of cells.entries()) {
    const colour = colours[labelIndexes[entry] ?? 0];
    if (!colour) continue;
    const left = (place.left + (cell % side) * extent - reach.left) * scaleX;
    const top = (place.top + Math.floor(cell / side) * extent - reach.top) * scaleY;
    const [firstColumn, firstRow] = [Math.round(left), Math.round(top)];
    const lastColumn = Math.max(firstColumn + 1, Math.round(left + extent * scaleX));
    const lastRow = Math.max(firstRow + 1, Math.round(top + extent * scaleY));
    const part = (counts[entry] ?? 0) / ((lastColumn - firstColumn) * (lastRow - firstRow));
    for (let row = Math.max(0, firstRow); row < Math.min(rows, lastRow); row += 1) {
      for (let column = Math.max(0, firstColumn); column < Math.min(columns, lastColumn); column += 1) {
        add(grid, row * columns + column, part, colour);
        counted += part;
      }
    }
  }
  return Math.round(counted);
}

/**
 * Writes the grid as colours, not premultiplied: the mean colour of what lies in a cell, the more of it the stronger, by the logarithm, so
 * that one finding is seen beside a thousand.
 */
export function paintDensity({ cells }: DensityGrid, pixels: Uint8ClampedArray): void {
  let most = 1;
  for (let at = 0; at < cells.length; at += 4) most = Math.max(most, cells[at] ?? 0);
  const scale = (STRONGEST - FAINTEST) / Math.log1p(most);
  for (let at = 0; at < cells.length; at += 4) {
    const count = cells[at] ?? 0;
    if (count === 0) continue;
    for (let part = 1; part <= 3; part += 1) pixels[at + part - 1] = (cells[at + part] ?? 0) / count;
    pixels[at + 3] = 255 * Math.min(1, count) * (FAINTEST + scale * Math.log1p(count));
  }
}
