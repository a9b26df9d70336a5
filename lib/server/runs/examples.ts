import { pool } from "#db/client.ts";
import { countMarked, type MarkedRow, markedFindings } from "#db/queries/examples.ts";
import {
  type ExampleCount,
  type Examples,
  FEWEST_EXAMPLES,
  GOOD_EXAMPLES,
  MOST_EXAMPLES,
} from "#lib/core/detection/examples.ts";
import type { Tiling } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { overlapOf } from "#lib/core/exemplar/overlap.ts";
import { requireImage } from "../images/read-image.ts";

/** More are not read: the latest examples are learnt from. */
const MOST_READ = 2000;
/** Two marks that share so much (IoU) are of one thing: the later one counts. */
const SAME_THING = 0.5;
/** A tile is at least so many times as long as the largest example, so that the overlap of two holds it whole. */
const TILE_OF_LARGEST = 4.5;
const LONGEST_TILE = 8192;

/** How many examples of each label people marked on an image, the most first. Throws `not-found`. */
export async function readExampleCounts(imageId: string): Promise<ExampleCount[]> {
  await requireImage(imageId);
  return countMarked(pool(), imageId);
}

/**
 * What people marked on an image, for a model that learns from it. `classes` names the one label; where it names none, the image's only
 * marked one is meant. Throws `bad-input`, saying how to give examples, where there are too few.
 */
export async function examplesFor(imageId: string, classes: readonly string[]): Promise<Examples> {
  const label = await labelOf(imageId, classes);
  const marks = await markedFindings(pool(), imageId, label, MOST_READ);
  const taken: MarkedRow[] = [];
  const kinds = { positives: 0, negatives: 0 };
  for (const mark of marks) {
    const kind = mark.isExample ? "positives" : "negatives";
    if (kinds[kind] >= MOST_EXAMPLES || taken.some((other) => isSame(mark, other))) continue;
    taken.push(mark);
    kinds[kind]++;
  }
  if (kinds.positives < FEWEST_EXAMPLES) throw tooFew(label, kinds.positives);
  const placed = (isExample: boolean): Examples["positives"] =>
    taken
      .filter((mark) => mark.isExample === isExample)
      .map(({ page, x, y, width, height }) => [page, round(x), round(y), round(width), round(height)]);
  const spelling = taken.find(({ isExample }) => isExample)?.label ?? label;
  return { label: spelling, positives: placed(true), negatives: placed(false) };
}

async function labelOf(imageId: string, classes: readonly string[]): Promise<string> {
  const [label, ...others] = classes;
  if (others.length > 0) {
    throw new TesseraError("bad-input", `examples teach one label at a time, not ${classes.join(", ")}`, {
      remedy: "name one class, and start another run for each of the others",
    });
  }
  if (label !== undefined) return label;
  const marked = (await countMarked(pool(), imageId)).filter(({ positives }) => positives > 0);
  const [only] = marked;
  if (only && marked.length === 1) return only.label;
  if (!only) throw tooFew(null, 0);
  throw new TesseraError("bad-input", "examples of several labels are marked on this image", {
    remedy: `name the one to look for in classes: ${marked.map((each) => each.label).join(", ")}`,
  });
}

function tooFew(label: string | null, there: number): TesseraError {
  const named = label === null ? "" : ` of "${label}"`;
  const have = there === 0 ? "none is" : there === 1 ? "1 is" : `${there} are`;
  return new TesseraError("bad-input", `this model learns from examples${named} on the image, and ${have} marked`, {
    remedy:
      `draw a box around at least ${FEWEST_EXAMPLES} of them, ${GOOD_EXAMPLES} are a good start, ` +
      `label each ${label === null ? "alike" : `"${label}"`}, or accept findings that are right; findings that you reject teach what it is not`,
  });
}

function isSame(a: MarkedRow, b: MarkedRow): boolean {
  if (a.page !== b.page) return false;
  return overlapOf([a.x, a.y, a.width, a.height], [b.x, b.y, b.width, b.height]).iou > SAME_THING;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}

/** The tiling of a preset, its tiles made larger where the examples are too large for them. */
export function tilingFor({ positives }: Examples, tiling: Tiling): Tiling {
  if (!("tile" in tiling)) return tiling;
  const largest = Math.max(...positives.map(([, , , width, height]) => Math.max(width, height)));
  const wanted = Math.ceil((largest * TILE_OF_LARGEST) / 64) * 64;
  return { ...tiling, tile: Math.min(LONGEST_TILE, Math.max(tiling.tile, wanted)) };
}
