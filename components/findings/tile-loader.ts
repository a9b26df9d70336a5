import { decodeFindingTile, type FindingTile, type TileDensity, tileFindingId } from "#lib/core/api/finding-tile.ts";
import { readFindingTile } from "../api/findings.ts";
import { ROW_FLAGS } from "./finding-columns.ts";
import type { FindingTable } from "./finding-table.ts";
import { eachInReach } from "./rows-in-view.ts";
import { distanceFrom, leavesOf, quartersOf, rootTile, type TileAddress, tileKey, tilesFor } from "./tile-plan.ts";

type Rectangle = readonly [x: number, y: number, width: number, height: number];
type Look = { visible: Rectangle; zoom: number };

/** Up to this many findings are all brought to the page, about 100 MB of them; of more, those where one looks. */
const MOST_ROWS = 2_000_000;
/** Tiles on their way at a time. */
const AT_ONCE = 3;
/** Densities that are kept, of tiles that hold too many findings to be here. */
const MOST_DENSITIES = 256;
/** A finding smaller than this on the screen shows no outline; the layer that draws them knows the same number. */
export const OUTLINED_FROM_PX = 12;

/** A tile that holds more than is here, with how many lie where. */
export type DenseTile = { address: TileAddress; labels: readonly string[]; density: TileDensity };

/**
 * Brings the findings of a page into the table by binary tiles: first one of all the page, which says how many lie where, then those
 * that are looked at, then the others, until all are here. Where there are more than a page can hold, only what is looked at.
 */
export function createTileLoader(options: {
  table: FindingTable;
  imageId: string;
  page: number;
  /** Pixels of the page, as far as they are known. */
  size: () => { width: number | null; height: number | null };
  isPending: (id: string) => boolean;
  isAnyPending: () => boolean;
  onRows: () => void;
  /** Outlines came: the picture changes, lists and counts do not. */
  onOutlines: () => void;
}) {
  const { table, imageId, page } = options;
  let root = rootTile(1, 1);
  let dense = new Map<string, DenseTile>();
  /** Tiles that were asked for since the last `load`; and those whose outlines were. */
  let asked = new Set<string>();
  let outlined = new Set<string>();
  let isPartial = false;
  let signal = AbortSignal.abort();
  let runId: string | null = null;

  async function ask(tile: TileAddress, outlines?: number): Promise<FindingTile> {
    const wish = outlines === undefined ? {} : { outlines };
    return decodeFindingTile(await readFindingTile({ imageId, runId, page, tile, signal, ...wish }));
  }

  /** Asks for a tile and takes in what it holds. Returns it. */
  async function bring(tile: TileAddress): Promise<FindingTile> {
    asked.add(tileKey(tile));
    try {
      const answer = await ask(tile);
      signal.throwIfAborted();
      if (answer.density) keepDensity({ address: tile, labels: answer.labels, density: answer.density });
      else table.putTile(answer, options.isAnyPending() ? options.isPending : null);
      options.onRows();
      return answer;
    } catch (error) {
      asked.delete(tileKey(tile));
      throw error;
    }
  }

  function keepDensity(tile: DenseTile): void {
    dense.set(tileKey(tile.address), tile);
    for (const key of dense.keys()) {
      if (dense.size <= MOST_DENSITIES) return;
      if (key !== tileKey(root)) dense.delete(key);
    }
  }

  async function bringAll(leaves: TileAddress[], lookedAt: () => Look | null): Promise<void> {
    const waiting = leaves;
    const next = (): TileAddress | undefined => {
      const look = lookedAt();
      let best = 0;
      if (look) {
        for (const [at, tile] of waiting.entries()) {
          const nearest = waiting[best];
          if (nearest && distanceFrom(tile, look.visible) < distanceFrom(nearest, look.visible)) best = at;
        }
      }
      return waiting.splice(best, 1)[0];
    };
    const work = async (): Promise<void> => {
      for (let tile = next(); tile; tile = next()) {
        if (asked.has(tileKey(tile))) continue;
        const answer = await bring(tile);
        if (answer.density) waiting.push(...quartersOf(tile));
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }

  async function bringOutlines({ visible, zoom }: Look): Promise<void> {
    if (!hasOutlined(table, visible, OUTLINED_FROM_PX / zoom)) return;
    const missing = tilesFor(visible, zoom).filter((tile) => !outlined.has(tileKey(tile)));
    const mine = outlined;
    await Promise.all(
      missing.map(async (tile) => {
        mine.add(tileKey(tile));
        try {
          const answer = await ask(tile, OUTLINED_FROM_PX / zoom);
          for (const [position, shape] of answer.outlines) {
            table.learnShape(tileFindingId(answer, position), shape);
          }
          if (answer.outlines.size > 0) options.onOutlines();
        } catch {
          // Asked again when it is looked at again.
          mine.delete(tileKey(tile));
        }
      }),
    );
  }

  return {
    /** Tiles that hold more findings than were sent, with their densities. */
    dense: (): Iterable<DenseTile> => dense.values(),

    /**
     * Reads the findings of a run, or of all where it is null, anew; what was here before and is no more goes. Where they come in
     * parts, `onKnown` is told how many there are. Resolves when everything is here that will be, and says whether that is everything.
     */
    async load(
      wanted: { runId: string | null; signal: AbortSignal },
      lookedAt: () => Look | null,
      onKnown: (total: number) => void,
    ): Promise<{ isComplete: boolean }> {
      runId = wanted.runId;
      signal = wanted.signal;
      [dense, asked, outlined, isPartial] = [new Map(), new Set(), new Set(), false];
      const { width, height } = options.size();
      root = rootTile(width ?? 1, height ?? 1);
      const reading = table.beginReading();
      const first = await bring(root);
      if (first.density) {
        onKnown(first.total);
        isPartial = first.total > MOST_ROWS;
        if (isPartial) return { isComplete: false };
        table.reserve(first.total);
        await bringAll(leavesOf(root, first.density), lookedAt);
      }
      table.retireBefore(reading, options.isPending);
      dense.clear();
      options.onRows();
      return { isComplete: true };
    },

    /** Brings what is looked at, where not everything is here, and the outlines of what is large enough. */
    async look(look: Look): Promise<void> {
      if (isPartial) {
        if (table.size > MOST_ROWS / 2) {
          table.clear();
          asked = new Set();
        }
        const missing = tilesFor(look.visible, look.zoom).filter((tile) => !asked.has(tileKey(tile)));
        await Promise.allSettled(missing.map(bring));
      }
      await bringOutlines(look);
    },
  };
}

/** Whether a row in sight has an outline, and is so large, in level-0 pixels, that it is seen. */
function hasOutlined(table: FindingTable, [left, top, width, height]: Rectangle, fromSide: number): boolean {
  // Far away, a million rows need not be asked.
  if (table.shapeCount === 0 || table.largestShaped < fromSide) return false;
  const { boxes, flags } = table.columns;
  let has = false;
  eachInReach(table, { left, top, right: left + width, bottom: top + height }, (at) => {
    const isShaped = ((flags[at] ?? 0) & ROW_FLAGS.shaped) !== 0;
    has = isShaped && Math.max(boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0) >= fromSide;
    return !has;
  });
  return has;
}
