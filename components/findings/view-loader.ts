import { decodeFindingTile, type FindingTile, TILE_FLAGS, tileFindingId } from "#lib/core/api/finding-tile.ts";
import { REVIEW_STATES } from "#lib/core/detection/finding.ts";
import { readFindingTile } from "../api/findings.ts";
import type { FindingRow, FindingTable } from "./finding-table.ts";

type Rectangle = readonly [x: number, y: number, width: number, height: number];
export type TileAddress = { level: number; x: number; y: number };

const TILE_SIDE = 512;
/** A view is covered by a handful of tiles; many more would mean that the level is wrong. */
const MOST_TILES = 48;

/**
 * Brings the findings of what is looked at into the table, where there are too many to have them all. Each tile is asked for once,
 * until `forget`.
 */
export function createViewLoader(options: {
  table: FindingTable;
  imageId: string;
  page: number;
  isPending: (id: string) => boolean;
  onRows: () => void;
}) {
  const asked = new Set<string>();
  let load = new AbortController();

  return {
    async look(runId: string | null, visible: Rectangle, zoom: number): Promise<void> {
      const missing = tilesFor(visible, zoom).filter((tile) => !asked.has(keyOf(tile)));
      const { signal } = load;
      await Promise.all(
        missing.map(async (tile) => {
          asked.add(keyOf(tile));
          try {
            const bytes = await readFindingTile({ imageId: options.imageId, runId, page: options.page, tile, signal });
            const rows = rowsOf(decodeFindingTile(bytes)).filter((row) => !options.isPending(row.id));
            options.table.put(rows, "snapshot");
            if (rows.length > 0) options.onRows();
          } catch {
            // Asked again when it is looked at again.
            asked.delete(keyOf(tile));
          }
        }),
      );
    },
    /** What was read before is out of date. */
    forget(): void {
      load.abort();
      load = new AbortController();
      asked.clear();
    },
  };
}

const keyOf = ({ level, x, y }: TileAddress): string => `${level}/${x}/${y}`;

/** The tiles that cover a rectangle of level-0 pixels, at the level whose tiles are about as large on the screen as the picture's. */
export function tilesFor([x, y, width, height]: Rectangle, zoom: number): TileAddress[] {
  const level = Math.max(0, Math.floor(Math.log2(1 / zoom)));
  const side = TILE_SIDE * 2 ** level;
  const tiles: TileAddress[] = [];
  for (let row = Math.max(0, Math.floor(y / side)); row * side < y + height; row += 1) {
    for (let column = Math.max(0, Math.floor(x / side)); column * side < x + width; column += 1) {
      if (tiles.length < MOST_TILES) tiles.push({ level, x: column, y: row });
    }
  }
  return tiles;
}

function rowsOf(tile: FindingTile): FindingRow[] {
  return Array.from({ length: tile.count }, (_, at) => {
    const score = tile.scores[at] ?? Number.NaN;
    return {
      id: tileFindingId(tile, at),
      box: [
        tile.boxes[at * 4] ?? 0,
        tile.boxes[at * 4 + 1] ?? 0,
        tile.boxes[at * 4 + 2] ?? 0,
        tile.boxes[at * 4 + 3] ?? 0,
      ],
      label: tile.labels[tile.labelIndexes[at] ?? 0] ?? "",
      score: Number.isNaN(score) ? null : score,
      review: REVIEW_STATES[tile.reviews[at] ?? 0] ?? "unreviewed",
      version: tile.versions[at] ?? 1,
      provisional: ((tile.flags[at] ?? 0) & TILE_FLAGS.provisional) !== 0,
    };
  });
}
