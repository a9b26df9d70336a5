import { pool } from "#db/client.ts";
import { type FindingRow, findFinding } from "#db/queries/findings.ts";
import { type FindingPosition, listFindings } from "#db/queries/findings-list.ts";
import type { FindingFilter, FindingListQuery, FindingSummary } from "#lib/core/api/findings.ts";
import type { Finding } from "#lib/core/detection/finding.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { requireImage } from "../images/read-image.ts";
import { groupFindings } from "./count-findings.ts";
import { parseCursor, writeCursor } from "./finding-cursor.ts";
import { presentFinding } from "./present-finding.ts";

/** The finding. Throws `not-found`. */
export async function readFinding(id: string): Promise<Finding> {
  return presentFinding(await requireFinding(id));
}

/** The finding's row. Throws `not-found`. */
export async function requireFinding(id: string): Promise<FindingRow> {
  const row = await findFinding(pool(), id);
  if (!row) throw new TesseraError("not-found", "there is no such finding");
  return row;
}

/** A page of an image's findings. Throws `not-found` for the image, `bad-request` for a cursor of another order. */
export async function readFindings(
  imageId: string,
  query: FindingListQuery,
): Promise<{ items: Finding[]; nextCursor: string | null }> {
  await requireImage(imageId);
  const { sort, limit, cursor, ...filter } = query;
  const after: FindingPosition | null = cursor === undefined ? null : parseCursor(cursor, sort);
  const rows = await listFindings(pool(), { ...filter, imageId }, { sort, after, limit: limit + 1 });
  const last = rows.at(limit - 1);
  return {
    items: rows.slice(0, limit).map(presentFinding),
    nextCursor: rows.length > limit && last ? writeCursor(last, sort) : null,
  };
}

/** An image's findings in figures. Throws `not-found`. */
export async function summariseFindings(imageId: string, filter: FindingFilter): Promise<FindingSummary> {
  await requireImage(imageId);
  const summary: FindingSummary = {
    total: 0,
    labels: [],
    review: { unreviewed: 0, accepted: 0, rejected: 0 },
    histogram: Array.from({ length: 20 }, () => 0),
  };
  const labels = new Map<string, number>();
  for (const { label, review, bin, count } of await groupFindings(imageId, filter)) {
    summary.total += count;
    summary.review[review] += count;
    labels.set(label, (labels.get(label) ?? 0) + count);
    if (bin >= 0) summary.histogram[bin] = (summary.histogram[bin] ?? 0) + count;
  }
  summary.labels = [...labels]
    .map(([label, count]) => ({ label, count }))
    .sort((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1));
  return summary;
}
