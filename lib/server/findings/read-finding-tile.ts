import { pool } from "#db/client.ts";
import { keepDensity, keptDensity, transactionsEnded } from "#db/queries/finding-densities.ts";
import {
  countByCell,
  findingsOfTile,
  outlinesOf,
  PACKED_BYTES,
  type PackedFindings,
  packFindings,
} from "#db/queries/finding-tiles.ts";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import {
  DENSITY_CELLS,
  EXACT_TILE_LIMIT,
  encodeFindingTile,
  FINDING_TILE_SIDE,
  flattenOutlines,
  layTile,
  TILE_FLAGS,
  tileFindingId,
} from "#lib/core/api/finding-tile.ts";
import type { FindingFilter } from "#lib/core/api/findings.ts";
import { requireImage } from "../images/read-image.ts";
import { wholeRunOf } from "./count-findings.ts";

/** A viewer tile of version 1 holds at most this many findings; more are told by its total. */
export const TILE_LIMIT = 4000;
/** Outlines are sent of so many findings at a time; where more are seen, there is no room for them. */
const OUTLINE_LIMIT = 4000;

type TileAddress = { imageId: string; level: number; x: number; y: number };
type TileWish = Omit<FindingFilter, "bbox"> & { version: 1 | 2; outlines?: number | undefined };

/** The findings that touch a viewer tile, in the binary form of `lib/core/api/finding-tile.ts`. Throws `not-found`. */
export async function readFindingTile(
  { imageId, level, x, y }: TileAddress,
  { version, outlines, ...filter }: TileWish,
): Promise<Uint8Array<ArrayBuffer>> {
  const image = await requireImage(imageId);
  const side = FINDING_TILE_SIDE * 2 ** level;
  const square = { x: x * side, y: y * side, side };
  const page = image.pages[filter.page ?? 0];
  // A place on the page is looked for in the index; all of it is read quicker without.
  const isWhole = x === 0 && y === 0 && page !== undefined && side >= Math.max(page.width, page.height);
  const bbox = isWhole ? undefined : ([square.x, square.y, side, side] as const);
  const conditions: FindingConditions = { ...filter, imageId, bbox };
  if (version === 1) return thinnedTile({ ...conditions, bbox: [square.x, square.y, side, side] });
  if (outlines !== undefined) return outlinedTile(conditions, outlines);
  const kept = isWhole && side / 2 < Math.max(page.width, page.height) ? keptPlace(imageId, filter) : null;
  const known = kept && (await keptDensity(pool(), kept));
  if (known) return known;
  const packed = await packFindings(pool(), conditions, EXACT_TILE_LIMIT, null);
  if (packed) return exactTile(packed);
  const asOf = kept && (await transactionsEnded(pool()));
  const tile = await densityTile(conditions, square);
  if (kept && asOf) await keepDensity(pool(), kept, { asOf, tile });
  return tile;
}

/** Whose density is kept: that of a page of a run, of all its findings; null where the wish is for others. */
function keptPlace(imageId: string, filter: Omit<FindingFilter, "bbox">) {
  const runId = wholeRunOf(filter);
  return runId !== null && filter.page !== undefined ? { imageId, runId, page: filter.page } : null;
}

async function thinnedTile(conditions: FindingConditions): Promise<Uint8Array<ArrayBuffer>> {
  const { rows, total } = await findingsOfTile(pool(), conditions, TILE_LIMIT);
  const findings = rows.map(({ provisional, shaped, locked, source, ...row }) => ({
    ...row,
    flags:
      (provisional ? TILE_FLAGS.provisional : 0) |
      (shaped ? TILE_FLAGS.shaped : 0) |
      (locked ? TILE_FLAGS.locked : 0) |
      (source === "person" ? TILE_FLAGS.drawn : 0) |
      (source === "import" ? TILE_FLAGS.imported : 0),
  }));
  return encodeFindingTile(findings, total);
}

function exactTile(packed: readonly PackedFindings[]): Uint8Array<ArrayBuffer> {
  const count = packed.reduce((sum, each) => sum + each.count, 0);
  const { bytes, columns } = layTile(2, { total: count, count, labels: packed.map(({ label }) => label) });
  unpack(packed, columns);
  return bytes;
}

function unpack(packed: readonly PackedFindings[], columns: ReturnType<typeof layTile>["columns"]): void {
  const boxes = new Uint32Array(columns.boxes.buffer, columns.boxes.byteOffset, columns.boxes.length);
  const scores = new Uint32Array(columns.scores.buffer, columns.scores.byteOffset, columns.scores.length);
  let at = 0;
  for (const [label, { count, records }] of packed.entries()) {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    for (let record = 0; record < count; record += 1) {
      const from = record * PACKED_BYTES;
      for (let part = 0; part < 4; part += 1) boxes[at * 4 + part] = view.getUint32(from + part * 4);
      scores[at] = view.getUint32(from + 16);
      columns.versions[at] = view.getUint32(from + 20);
      columns.reviews[at] = view.getUint8(from + 26);
      columns.flags[at] = view.getUint8(from + 27);
      columns.ids.set(records.subarray(from + 28, from + PACKED_BYTES), at * 16);
      columns.labelIndexes[at] = label;
      at += 1;
    }
  }
}

async function densityTile(
  conditions: FindingConditions,
  square: { x: number; y: number; side: number },
): Promise<Uint8Array<ArrayBuffer>> {
  const counted = await countByCell(pool(), conditions, square, DENSITY_CELLS);
  const { bytes, columns } = layTile(2, {
    total: counted.reduce((sum, each) => sum + each.total, 0),
    count: 0,
    labels: counted.map(({ label }) => label),
    side: DENSITY_CELLS,
    entries: counted.reduce((sum, each) => sum + each.entries, 0),
  });
  let at = 0;
  for (const [label, { entries, records }] of counted.entries()) {
    for (let entry = 0; entry < entries; entry += 1) {
      columns.cells[at] = records.readInt32BE(entry * 8);
      columns.counts[at] = records.readInt32BE(entry * 8 + 4);
      columns.cellLabels[at] = label;
      at += 1;
    }
  }
  return bytes;
}

/** Findings with a shape that are at least so large, with their outlines; none where there are too many. */
async function outlinedTile(conditions: FindingConditions, fromSide: number): Promise<Uint8Array<ArrayBuffer>> {
  const packed = (await packFindings(pool(), conditions, OUTLINE_LIMIT, fromSide)) ?? [];
  const count = packed.reduce((sum, each) => sum + each.count, 0);
  const labels = packed.map(({ label }) => label);
  const bare = layTile(2, { total: count, count, labels });
  unpack(packed, bare.columns);
  const ids = Array.from({ length: count }, (_, at) => tileFindingId(bare.columns, at));
  const positions = new Map(ids.map((id, position) => [id, position]));
  const shapes = await outlinesOf(pool(), ids);
  const flat = flattenOutlines(shapes.map(({ id, geometry }) => ({ position: positions.get(id) ?? 0, geometry })));
  const [rings, points] = [flat.owners.length, flat.points.length / 2];
  const { bytes, columns } = layTile(2, { total: count, count, labels, rings, points });
  unpack(packed, columns);
  columns.ringOwners.set(flat.owners);
  columns.ringLengths.set(flat.lengths);
  columns.points.set(flat.points);
  return bytes;
}
