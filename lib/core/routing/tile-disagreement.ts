import Flatbush from "flatbush";
import type { SeenTile } from "../merging/disagreement.ts";

type Rectangle = readonly [x: number, y: number, width: number, height: number];
/** A merged object: its box, and the tiles in which it was detected. */
type SeenObject = { box: Rectangle; tiles: readonly number[] };

/**
 * How far each tile of a page disagrees with its neighbours: of the objects that it and at least one other show whole, the part that not
 * all of them detected, 0…1, by index. Tiles without such an object are left out.
 */
export function tileDisagreements(objects: readonly SeenObject[], tiles: readonly SeenTile[]): Map<number, number> {
  const parts = new Map<number, { shared: number; disputed: number }>();
  if (tiles.length === 0) return new Map();
  const places = new Flatbush(tiles.length);
  for (const { x, y, width, height } of tiles) places.add(x, y, x + width, y + height);
  places.finish();
  for (const { box, tiles: detected } of objects) {
    const [x, y, width, height] = box;
    const [right, bottom] = [x + width, y + height];
    const whole = places
      .search(x, y, right, bottom)
      .flatMap((at) => tiles[at] ?? [])
      .filter((tile) => tile.x <= x && tile.y <= y && tile.x + tile.width >= right && tile.y + tile.height >= bottom);
    if (whole.length < 2) continue;
    const seen = new Set(detected);
    const disputed = whole.some(({ index }) => !seen.has(index)) ? 1 : 0;
    for (const { index } of whole) {
      const part = parts.get(index) ?? { shared: 0, disputed: 0 };
      parts.set(index, { shared: part.shared + 1, disputed: part.disputed + disputed });
    }
  }
  return new Map([...parts].map(([index, { shared, disputed }]) => [index, disputed / shared]));
}
