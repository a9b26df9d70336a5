import { pool } from "#db/client.ts";
import { readEvidenceTiles, readLookRows } from "#db/queries/evidence.ts";
import { findRun } from "#db/queries/runs.ts";
import type { Evidence } from "#lib/core/detection/evidence.ts";
import { requireImage } from "../images/read-image.ts";
import { evidenceCrop, evidenceRun, evidenceTile } from "./present-evidence.ts";
import { readFinding } from "./read-findings.ts";

/** More tiles than this are not told one by one: a thing that spans so many is no matter of a single look. */
const MOST_TILES = 100;

/** What a finding rests on: tiles, raw boxes, crop, words, replies, attempts, time and cost. Throws `not-found`. */
export async function readEvidence(findingId: string): Promise<Evidence> {
  const finding = await readFinding(findingId);
  const image = await requireImage(finding.imageId);
  const run = finding.runId === null ? null : await findRun(pool(), finding.runId);
  const indexes = [...new Set(finding.members.map(([tile]) => tile))].sort((a, b) => a - b);
  const told = run ? indexes.slice(0, MOST_TILES) : [];
  const rows = run ? await readEvidenceTiles(pool(), run.id, told) : [];
  const looks = run ? await readLookRows(pool(), run.id, told) : [];
  const positionsIn = (index: number): number[] =>
    finding.members.flatMap(([tile, position]) => (tile === index ? [position] : []));
  return {
    findingId,
    imageId: finding.imageId,
    page: finding.page,
    box: finding.box,
    source: finding.source,
    run: run && evidenceRun(run),
    crop: evidenceCrop(finding, image.pages),
    tiles: rows.map((row) => evidenceTile(row, looks, positionsIn(row.index))),
    tilesTotal: indexes.length,
  };
}
