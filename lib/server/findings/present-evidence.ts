import type { EvidenceTileRow, LookRow } from "#db/queries/evidence.ts";
import type { RunRow } from "#db/queries/runs.ts";
import type { Evidence, EvidenceRun, EvidenceTile, Look } from "#lib/core/detection/evidence.ts";
import type { Detection, Finding } from "#lib/core/detection/finding.ts";
import { pictureAddress } from "#lib/core/report/picture-address.ts";

/** The crop shows this part of the longer side around the finding, and at least so many pixels. */
const MARGIN = 0.4;
const LEAST_MARGIN_PX = 16;
const CROP_PX = 512;

/** The run as evidence tells of it. */
export function evidenceRun({ id, createdBy, createdAt, configuration, allowedProviders }: RunRow): EvidenceRun {
  return { id, createdBy, createdAt: createdAt.toISOString(), configuration, allowedProviders };
}

/** A tile with those of its raw boxes that stand at `positions`, or all, and those of `looks` that were at it. */
export function evidenceTile(
  row: EvidenceTileRow,
  looks: readonly LookRow[],
  positions: readonly number[] | "all",
): EvidenceTile {
  const { detections, finishedAt, ...tile } = row;
  const told = positions === "all" ? detections.keys() : positions.toSorted((a, b) => a - b);
  return {
    ...tile,
    finishedAt: finishedAt?.toISOString() ?? null,
    boxes: [...told].flatMap((position) => rawBox(detections[position], position)),
    looks: looks.filter(({ index }) => index === row.index).map(lookOf),
  };
}

/** The part of the picture around a finding, and where it is served; `pages` are those of the image. */
export function evidenceCrop(
  { imageId, page, box }: Finding,
  pages: readonly { width: number; height: number }[],
): Evidence["crop"] {
  const region = regionAround(box, pages[page] ?? { width: 0, height: 0 });
  const [x, y, width, height] = region;
  return { region, href: pictureAddress(imageId, { page, x, y, width, height }, CROP_PX) };
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

function regionAround([x, y, width, height]: Finding["box"], page: { width: number; height: number }): Evidence["box"] {
  const margin = Math.max(LEAST_MARGIN_PX, MARGIN * Math.max(width, height));
  const [left, top] = [Math.max(0, Math.floor(x - margin)), Math.max(0, Math.floor(y - margin))];
  const right = Math.min(page.width, Math.ceil(x + width + margin));
  const bottom = Math.min(page.height, Math.ceil(y + height + margin));
  return [left, top, Math.max(1, right - left), Math.max(1, bottom - top)];
}
