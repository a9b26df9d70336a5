import path from "node:path";
import { type EvaluationReport, evaluationOf } from "#lib/core/api/evaluations.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import type { QualityCase } from "./cases.ts";
import { infer } from "./infer.ts";
import { openPage, SETTINGS } from "./open-page.ts";

/** Overlap from which a finding is its truth. */
export const IOU = 0.5;
/** Of what the edge of a known part cuts, at least this much lies in it, or it is left out. */
const IN_PART = 0.3;

/** Findings of a picture: with the preset's tiling, in one look, and in three by three tiles with much overlap. */
export type Ways = { preset: Compared[]; untiled: Compared[]; thirds: Compared[] };
export type Result = { case: QualityCase; tiles: number; truths: Compared[]; ways: Ways };

const inferred = new Map<string, Promise<{ tiles: number; ways: Ways }>>();

/** What the preset of a case finds on its picture in each way, beside what is there. */
export async function measure(data: string, one: QualityCase): Promise<Result> {
  const { tiles, ways } = await inferAll(path.join(data, one.picture), one.preset);
  const known = (findings: readonly Compared[]) => inPart(named(findings, one), one);
  const truths = await one.readTruth();
  return {
    ...{ case: one, tiles, truths },
    ways: { preset: known(ways.preset), untiled: known(ways.untiled), thirds: known(ways.thirds) },
  };
}

/** Objects of all pictures together, each picture a page of its own. */
export function together(results: readonly Result[], way: keyof Ways): EvaluationReport {
  const apart = (list: readonly Compared[], page: number) => list.map((each) => ({ ...each, page }));
  return evaluationOf("", {
    iou: IOU,
    findings: results.flatMap(({ ways }, page) => apart(ways[way], page)),
    truths: results.flatMap(({ truths }, page) => apart(truths, page)),
  });
}

function inferAll(file: string, preset: string): Promise<{ tiles: number; ways: Ways }> {
  const key = `${preset} ${file}`;
  const known = inferred.get(key);
  if (known) return known;
  const all = (async () => {
    const page = await openPage(file);
    const own = await infer(page, preset, SETTINGS);
    const untiled = await infer(page, preset, SETTINGS, null);
    const thirds = await infer(page, preset, SETTINGS, { columns: 3, rows: 3, overlap: 0.6 });
    return { tiles: own.tiles, ways: { preset: own.findings, untiled: untiled.findings, thirds: thirds.findings } };
  })();
  inferred.set(key, all);
  return all;
}

/** Findings with labels of the truth where they count as one, and without what nothing is known of. */
function named(findings: readonly Compared[], { accepts = {}, isPartial = false, unmarked }: QualityCase): Compared[] {
  const isKnown = ({ box: [x, y, width, height] }: Compared): boolean => {
    if (!unmarked) return true;
    const [left, top, across, down] = unmarked;
    const [middleX, middleY] = [x + width / 2, y + height / 2];
    return middleX < left || middleX > left + across || middleY < top || middleY > top + down;
  };
  return findings.filter(isKnown).flatMap((finding) => {
    const own = Object.entries(accepts).find(([, labels]) => labels.includes(finding.label));
    if (own) return [{ ...finding, label: own[0] }];
    return isPartial ? [] : [finding];
  });
}

/** What lies in the known part, cut at its edge as the truth is. */
function inPart(findings: Compared[], { part }: QualityCase): Compared[] {
  if (!part) return findings;
  const [left, top, width, height] = part;
  return findings.flatMap((finding) => {
    const [x, y, w, h] = finding.box;
    const [x0, y0] = [Math.max(left, x), Math.max(top, y)];
    const [x1, y1] = [Math.min(left + width, x + w), Math.min(top + height, y + h)];
    const isIn = x1 > x0 && y1 > y0 && (x1 - x0) * (y1 - y0) >= IN_PART * w * h;
    return isIn ? [{ ...finding, box: [x0, y0, x1 - x0, y1 - y0] as const }] : [];
  });
}
