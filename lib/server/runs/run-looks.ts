import type { Region } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { regionTest } from "#lib/core/geometry/region.ts";
import type { BoxNumbers } from "#lib/core/geometry/shape.ts";
import { formatCount } from "#lib/core/quantities.ts";
import { partsOf } from "../ingest/moderation-looks.ts";

/** Parts of pages that are looked at, however many pages a run covers. */
const MOST_PARTS = 32;

/** What moderation looks at: a page as a whole, or a part of it. Pixels of the page at full resolution. */
export type RunLook = { page: number; box: BoxNumbers; isWhole: boolean };

type Size = { width: number; height: number };

/**
 * What a run's own moderation looks at: each of its pages as a whole, then, unless `wholeOnly`, at most 32 quarters of large pages, of those
 * that the run's region touches, from all pages alike: where there are too many, evenly spaced among the pages, of which each begins with
 * another quarter. `sizes` are those of all pages of the image. The same run gives the same looks. Throws `bad-input` where the image has no
 * such page.
 */
export function looksOfRun(
  run: { pages: readonly number[]; region: Region | null },
  sizes: readonly Size[],
  wholeOnly: boolean,
): RunLook[] {
  const pages = run.pages.map((page) => {
    const size = sizes[page];
    if (!size) throw new TesseraError("bad-input", `there is no page ${page}`);
    return { page, size };
  });
  const wholes = pages.map(({ page, size }): RunLook => {
    return { page, box: [0, 0, size.width, size.height], isWhole: true };
  });
  if (wholeOnly) return wholes;
  const isCovered = run.region ? regionTest(run.region) : () => true;
  const parts = pages.map(({ page, size }, at) => {
    const boxes = rotated(quartersOf(size), at);
    const covered = boxes.filter(([x, y, width, height]) => isCovered({ x, y, width, height }));
    return covered.map((box): RunLook => ({ page, box, isWhole: false }));
  });
  const chosen: RunLook[] = [];
  const rounds = Math.max(0, ...parts.map(({ length }) => length));
  for (let round = 0; round < rounds; round += 1) {
    const next = parts.flatMap((own) => own[round] ?? []);
    chosen.push(...evenly(next, MOST_PARTS - chosen.length));
  }
  return [...wholes, ...chosen];
}

/** The quarters of a page that is large enough to be looked at in parts, those that lie across from each other first. */
function quartersOf({ width, height }: Size): BoxNumbers[] {
  const parts = partsOf(width, height);
  const [first, second, third, ...last] = parts;
  return first && second && third ? [first, ...last, second, third] : parts;
}

function rotated<T>(list: readonly T[], by: number): T[] {
  const from = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(from), ...list.slice(0, from)];
}

/** At most so many of a list, evenly spaced. */
function evenly<T>(all: readonly T[], most: number): T[] {
  if (all.length <= most) return [...all];
  return all.filter((_, at) => Math.floor(((at + 1) * most) / all.length) > Math.floor((at * most) / all.length));
}

/** What was looked at, in words that go before the reason of a verdict; null where it is all that the image has. `pages`: how many it has. */
export function nameOfLook({ page, box: [x, y, width, height], isWhole }: RunLook, pages: number): string | null {
  const words = pages > 1 ? [`page ${page + 1}`] : [];
  const size = `${formatCount(width)} × ${formatCount(height)} pixels`;
  if (!isWhole) words.push(`the part of ${size} at ${formatCount(x)}, ${formatCount(y)}`);
  return words.length === 0 ? null : words.join(", ");
}
