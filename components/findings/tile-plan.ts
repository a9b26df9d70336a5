import { EXACT_TILE_LIMIT, FINDING_TILE_SIDE, type TileDensity } from "#lib/core/api/finding-tile.ts";

type Rectangle = readonly [x: number, y: number, width: number, height: number];
export type TileAddress = { level: number; x: number; y: number };

/** A view is covered by a handful of tiles; many more would mean that the level is wrong. */
const MOST_TILES = 48;
/** A tile is asked for where so many are expected: they are counted by their middles, and more touch it. */
const EXPECTED_LIMIT = EXACT_TILE_LIMIT * 0.75;

export const tileKey = ({ level, x, y }: TileAddress): string => `${level}/${x}/${y}`;

/** Side of a tile in level-0 pixels. */
export const tileSide = ({ level }: Pick<TileAddress, "level">): number => FINDING_TILE_SIDE * 2 ** level;

/** The smallest tile at the origin that holds a page. */
export function rootTile(width: number, height: number): TileAddress {
  const level = Math.max(0, Math.ceil(Math.log2(Math.max(width, height) / FINDING_TILE_SIDE)));
  return { level, x: 0, y: 0 };
}

/** The four quarters of a tile; none at the lowest level. */
export function quartersOf({ level, x, y }: TileAddress): TileAddress[] {
  if (level === 0) return [];
  return [0, 1].flatMap((row) => [0, 1].map((column) => ({ level: level - 1, x: 2 * x + column, y: 2 * y + row })));
}

/** The tiles that cover a rectangle of level-0 pixels, at the level whose tiles are about as large on the screen as the picture's. */
export function tilesFor([x, y, width, height]: Rectangle, zoom: number): TileAddress[] {
  const level = Math.max(0, Math.floor(Math.log2(1 / zoom)));
  const side = tileSide({ level });
  const tiles: TileAddress[] = [];
  for (let row = Math.max(0, Math.floor(y / side)); row * side < y + height; row += 1) {
    for (let column = Math.max(0, Math.floor(x / side)); column * side < x + width; column += 1) {
      if (tiles.length < MOST_TILES) tiles.push({ level, x: column, y: row });
    }
  }
  return tiles;
}

/** The largest tiles below `root` that hold few enough findings to be sent whole, by what is known of where they lie. */
export function leavesOf(root: TileAddress, density: TileDensity): TileAddress[] {
  const { side, cells, counts } = density;
  // Sums over all cells above and to the left, so that any square is four look-ups.
  const wide = side + 1;
  const sums = new Float64Array(wide * wide);
  for (const [entry, cell] of cells.entries()) {
    const at = (Math.floor(cell / side) + 1) * wide + (cell % side) + 1;
    sums[at] = (sums[at] ?? 0) + (counts[entry] ?? 0);
  }
  for (let row = 1; row < wide; row += 1) {
    for (let column = 1; column < wide; column += 1) {
      const at = row * wide + column;
      const before = (sums[at - 1] ?? 0) + (sums[at - wide] ?? 0) - (sums[at - wide - 1] ?? 0);
      sums[at] = (sums[at] ?? 0) + before;
    }
  }
  const leaves: TileAddress[] = [];
  const visit = (tile: TileAddress, column: number, row: number, extent: number): void => {
    const corner = (right: number, down: number): number => sums[(row + down) * wide + column + right] ?? 0;
    const expected = corner(extent, extent) - corner(0, extent) - corner(extent, 0) + corner(0, 0);
    if (expected === 0) return;
    if (expected <= EXPECTED_LIMIT || extent === 1 || tile.level === 0) {
      leaves.push(tile);
      return;
    }
    const half = extent / 2;
    for (const quarter of quartersOf(tile)) {
      visit(quarter, column + (quarter.x % 2) * half, row + (quarter.y % 2) * half, half);
    }
  };
  visit(root, 0, 0, side);
  return leaves;
}

/** How far a tile is from the middle of a rectangle, 0 where they touch the same place. */
export function distanceFrom(tile: TileAddress, [x, y, width, height]: Rectangle): number {
  const side = tileSide(tile);
  const [middleX, middleY] = [x + width / 2, y + height / 2];
  const dx = Math.max(tile.x * side - middleX, 0, middleX - (tile.x + 1) * side);
  const dy = Math.max(tile.y * side - middleY, 0, middleY - (tile.y + 1) * side);
  return Math.hypot(dx, dy);
}
