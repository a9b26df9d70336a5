import Flatbush from "flatbush";

type Rectangle = readonly [x: number, y: number, width: number, height: number];

/** A tile that was looked at, in pixels of its page. */
export type SeenTile = { index: number; x: number; y: number; width: number; height: number };

/** A merged object: its box, and the tiles in which it was detected. */
type SeenObject = { box: Rectangle; tiles: readonly number[] };

/**
 * How far the tiles of a page disagree on each object: of those that show it whole, the part that did not detect it, 0…1. Objects where
 * tiles overlap are shown two to four times. Null where fewer than two show it whole: there is nothing to compare.
 */
export function disagreements(objects: readonly SeenObject[], tiles: readonly SeenTile[]): (number | null)[] {
  if (tiles.length === 0) return objects.map(() => null);
  const index = new Flatbush(tiles.length);
  for (const { x, y, width, height } of tiles) index.add(x, y, x + width, y + height);
  index.finish();
  return objects.map(({ box: [x, y, width, height], tiles: detected }) => {
    const [right, bottom] = [x + width, y + height];
    const isWhole = (at: number): boolean => {
      const tile = tiles[at];
      if (!tile) return false;
      return tile.x <= x && tile.y <= y && tile.x + tile.width >= right && tile.y + tile.height >= bottom;
    };
    const whole = index.search(x, y, right, bottom, isWhole);
    if (whole.length < 2) return null;
    const seen = new Set(detected);
    return whole.filter((at) => !seen.has(tiles[at]?.index ?? -1)).length / whole.length;
  });
}
