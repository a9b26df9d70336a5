import { pyramidLevels } from "#lib/core/tiling/pyramid-levels.ts";
import type { WrittenTile } from "./follow-archive.ts";
import { tileSize } from "./level-fields.ts";
import { fillUp, type TileCodec } from "./tile-codec.ts";

/** So many are filled up at once: the cores are busy cutting the tiles meanwhile. */
const AT_ONCE = 2;

/**
 * TIFF wants whole tiles: those at the right and bottom edges are filled up by repeating their last pixels. That is begun as soon as
 * libvips has written one; one that is wanted and was not begun yet is made then.
 */
export type EdgeTiles = {
  /** Begins on the tile, if it is one of an edge. */
  begin(tile: WrittenTile): void;
  /** True where the tile is smaller than TIFF wants it. */
  isCut(name: string): boolean;
  /** The tile filled up; `read` gives its bytes as they were cut. */
  whole(name: string, read: () => Promise<Buffer>): Promise<Buffer>;
};

export function edgeTiles(picture: { width: number; height: number; codec: TileCodec; bands: 1 | 3 }): EdgeTiles {
  const levels = pyramidLevels(picture.width, picture.height).toReversed();
  const tile = tileSize(picture);
  const made = new Map<string, Promise<Buffer | null>>();
  const lanes: Promise<unknown>[] = Array.from({ length: AT_ONCE }, () => Promise.resolve());

  const missing = (name: string): { right: number; bottom: number } | null => {
    const [number = 0, column = 0, row = 0] = name.split(/[/_]/).map(Number);
    const level = levels[number];
    if (!level) return null;
    const right = Math.max(0, (column + 1) * tile.width - level.width);
    const bottom = Math.max(0, (row + 1) * tile.height - level.height);
    return right + bottom > 0 ? { right, bottom } : null;
  };
  return {
    begin({ name, read }) {
      const sides = missing(name);
      if (!sides || made.has(name)) return;
      const lane = made.size % AT_ONCE;
      // What fails here is tried again once it is wanted, and fails there.
      const filling = (lanes[lane] ?? Promise.resolve())
        .then(async () => fillUp(await read(), sides, picture))
        .catch(() => null);
      lanes[lane] = filling;
      made.set(name, filling);
    },
    isCut: (name) => missing(name) !== null,
    async whole(name, read) {
      const filled = await made.get(name);
      made.delete(name);
      return filled ?? fillUp(await read(), missing(name) ?? { right: 0, bottom: 0 }, picture);
    },
  };
}
