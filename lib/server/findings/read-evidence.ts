import { pool } from "#db/client.ts";
import { type EvidenceTileRow, type LookRow, readEvidenceTiles, readLookRows } from "#db/queries/evidence.ts";
import { findRun } from "#db/queries/runs.ts";
import type { Evidence, EvidenceTile, Look } from "#lib/core/detection/evidence.ts";
import type { Detection, Member } from "#lib/core/detection/finding.ts";
import { pictureAddress } from "#lib/core/report/picture-address.ts";
import { requireImage } from "../images/read-image.ts";
import { readFinding } from "./read-findings.ts";

/** More tiles than this are not told one by one: a thing that spans so many is no matter of a single look. */
const MOST_TILES = 100;
/** The crop shows this part of the longer side around the finding, and at least so many pixels. */
const MARGIN = 0.4;
const LEAST_MARGIN_PX = 16;
const CROP_PX = 512;

/** What a finding rests on: tiles, raw boxes, crop, words, replies, attempts, time and cost. Throws `not-found`. */
export async function readEvidence(findingId: string): Promise<Evidence> {
  const finding = await readFinding(findingId);
  const image = await requireImage(finding.imageId);
  const run = finding.runId === null ? null : await findRun(pool(), finding.runId);
  const indexes = [...new Set(finding.members.map(([tile]) => tile))].sort((a, b) => a - b);
  const told = run ? indexes.slice(0, MOST_TILES) : [];
  const rows = run ? await readEvidenceTiles(pool(), run.id, told) : [];
  const looks = run ? await readLookRows(pool(), run.id, told) : [];
  const region = regionAround(finding.box, image.pages[finding.page] ?? { width: 0, height: 0 });
  return {
    findingId,
    imageId: finding.imageId,
    page: finding.page,
    box: finding.box,
    source: finding.source,
    run: run && {
      id: run.id,
      createdBy: run.createdBy,
      createdAt: run.createdAt.toISOString(),
      configuration: run.configuration,
      allowedProviders: run.allowedProviders,
    },
    crop: { region, href: cropAddress(finding.imageId, finding.page, region) },
    tiles: rows.map((row) => tileOf(row, finding.members, looks)),
    tilesTotal: indexes.length,
  };
}

function tileOf(row: EvidenceTileRow, members: readonly Member[], looks: readonly LookRow[]): EvidenceTile {
  const { detections, finishedAt, ...tile } = row;
  const positions = members.filter(([index]) => index === row.index).map(([, position]) => position);
  return {
    ...tile,
    finishedAt: finishedAt?.toISOString() ?? null,
    boxes: positions.sort((a, b) => a - b).flatMap((position) => rawBox(detections[position], position)),
    looks: looks.filter(({ index }) => index === row.index).map(lookOf),
  };
}

function lookOf({ index: _index, inputTokens, outputTokens, detections, at, ...look }: LookRow): Look {
  return {
    ...look,
    tokens: { input: inputTokens, output: outputTokens },
    at: at.toISOString(),
    superseded: detections?.flatMap(rawBox) ?? null,
  };
}

function rawBox(detection: Detection | undefined, position: number): EvidenceTile["boxes"] {
  if (!detection) return [];
  const { box, label, score } = detection;
  return [{ position, box, label, score }];
}

function regionAround(
  [x, y, width, height]: Evidence["box"],
  page: { width: number; height: number },
): Evidence["box"] {
  const margin = Math.max(LEAST_MARGIN_PX, MARGIN * Math.max(width, height));
  const [left, top] = [Math.max(0, Math.floor(x - margin)), Math.max(0, Math.floor(y - margin))];
  const right = Math.min(page.width, Math.ceil(x + width + margin));
  const bottom = Math.min(page.height, Math.ceil(y + height + margin));
  return [left, top, Math.max(1, right - left), Math.max(1, bottom - top)];
}

function cropAddress(imageId: string, page: number, [x, y, width, height]: Evidence["box"]): string {
  return pictureAddress(imageId, { page, x, y, width, height }, CROP_PX);
}
