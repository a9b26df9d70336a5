import { z } from "zod";
import { TesseraError } from "../errors.ts";

/** A small version of a page: interleaved 8-bit RGB, row by row. */
export type PageOverview = { data: Uint8Array; width: number; height: number };

type Rectangle = { x: number; y: number; width: number; height: number };

/** Why a tile holds nothing. Kept in the ledgers of runs as they stand here: they are never changed. */
export const BACKGROUND_REASONS = {
  light: "background: even glass or paper",
  noData: "background: no data",
} as const;
/** What can be left out as holding nothing: even light ground such as glass and paper; places without data. */
export const SKIP_RULES = ["light", "noData"] as const satisfies readonly (keyof typeof BACKGROUND_REASONS)[];
export const skipRulesSchema = z.array(z.enum(SKIP_RULES));
export type SkipRule = (typeof SKIP_RULES)[number];
/** The rules in words. */
export const SKIPPED_GROUND: Record<SkipRule, string> = { light: "even glass or paper", noData: "missing data" };

const KNOWN: ReadonlySet<string> = new Set(Object.values(BACKGROUND_REASONS));

/** True where a tile was skipped since it holds nothing, by the reason in its ledger. */
export function isBackground(reason: string | null): boolean {
  return reason !== null && KNOWN.has(reason);
}

/** Glass and paper are light, nearly without colour, and even: JPEG and a camera's noise stay below this, faint lines do not. */
const LEAST_LIGHT = 200;
const MOST_COLOUR = 24;
const MOST_UNEVEN = 16;
/** What JPEG makes of black. */
const MOST_DARK = 3;

/**
 * By which rule the part of a page under a tile (pixels of the page) holds nothing, as its overview shows it; null where there may be
 * something.
 * Every pixel of the overview that the tile touches is looked at. Depends on the arguments only.
 */
export function backgroundOf(
  overview: PageOverview,
  page: { width: number; height: number },
  tile: Rectangle,
): SkipRule | null {
  const { data, width, height } = overview;
  const [left, right] = span(tile.x, tile.width, width / page.width, width);
  const [top, bottom] = span(tile.y, tile.height, height / page.height, height);
  const least = [255, 255, 255];
  const most = [0, 0, 0];
  for (let y = top; y < bottom; y += 1) {
    for (let at = (y * width + left) * 3; at < (y * width + right) * 3; at += 3) {
      for (let band = 0; band < 3; band += 1) {
        const value = data[at + band] ?? 0;
        if (value < (least[band] ?? 0)) least[band] = value;
        if (value > (most[band] ?? 0)) most[band] = value;
        if ((most[band] ?? 0) - (least[band] ?? 0) > MOST_UNEVEN) return null;
      }
    }
  }
  if (Math.max(...most) <= MOST_DARK) return "noData";
  const isGrey = Math.max(...most) - Math.min(...least) <= MOST_COLOUR;
  return isGrey && Math.min(...least) >= LEAST_LIGHT ? "light" : null;
}

/** Pixels of an overview that make a cell of a mask, either way. */
const CELL = 4;

/** Where a page holds something: cells row by row, 1 where there may be something, 0 on glass, paper and missing data. */
export function contentMask(overview: PageOverview): { data: Uint8Array; width: number; height: number } {
  const width = Math.ceil(overview.width / CELL);
  const height = Math.ceil(overview.height / CELL);
  const data = Uint8Array.from({ length: width * height }, (_, cell) => {
    const [x, y] = [(cell % width) * CELL, Math.floor(cell / width) * CELL];
    const part = { x, y, width: Math.min(CELL, overview.width - x), height: Math.min(CELL, overview.height - y) };
    return backgroundOf(overview, overview, part) === null ? 1 : 0;
  });
  return { data, width, height };
}

/** The pixels of the overview that a side of a tile touches. */
function span(start: number, length: number, scale: number, limit: number): [from: number, to: number] {
  const from = Math.max(0, Math.floor(start * scale));
  const to = Math.min(limit, Math.ceil((start + length) * scale));
  if (to <= from) throw new TesseraError("internal", "a tile lies outside its page");
  return [from, to];
}
