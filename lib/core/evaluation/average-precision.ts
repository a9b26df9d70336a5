import type { Compared, EvaluationRequest } from "./evaluate.ts";
import { matchAt, type Overlaps, overlapsOf } from "./overlaps.ts";
import { meanOf, precisionAtRecalls } from "./precision-curve.ts";

/** COCO's ten overlaps, 0.5 to 0.95. */
const COCO_IOUS = Array.from({ length: 10 }, (_, step) => (50 + 5 * step) / 100);

/**
 * Average precision of a class: at IoU 0.5, and the mean over 0.5, 0.55, …, 0.95; `ar` is the recall averaged over the same. Null where the
 * truth has none of it.
 */
export type AveragePrecision = { ap50: number | null; ap: number | null; ar: number | null };

type Request = Omit<EvaluationRequest, "iouThreshold">;

/**
 * Average precision as COCO defines it: findings by falling score, precision made falling from the right, read at 101 recalls and averaged; of several
 * classes the mean. Unlike COCO's own program all findings count, and not the best 100 of a picture only.
 */
export function averagePrecision(request: Request): {
  overall: AveragePrecision;
  byLabel: Map<string, AveragePrecision>;
} {
  const labels = [...new Set(request.truths.map(({ label }) => label))].sort();
  const byLabel = new Map<string, AveragePrecision>();
  for (const label of labels) byLabel.set(label, ofClass(request, label));
  return { overall: meanOver(byLabel), byLabel };
}

/**
 * The same of findings and truths whose overlaps under equal names are known, from 0.5 on: classes do not come in each other's way, so one
 * matching at each overlap serves them all.
 */
export function averagePrecisionFrom(
  { findings, truths }: Pick<Request, "findings" | "truths">,
  overlaps: Overlaps,
): { overall: AveragePrecision; byLabel: Map<string, AveragePrecision> } {
  const ranked = Map.groupBy(overlaps.order, (finding) => findings[finding]?.label ?? "");
  const counts = new Map<string, number>();
  for (const { label } of truths) counts.set(label, (counts.get(label) ?? 0) + 1);
  const hits = COCO_IOUS.map((iouThreshold) => {
    const right = new Uint8Array(findings.length);
    for (const { finding } of matchAt(overlaps, iouThreshold)) right[finding] = 1;
    return right;
  });
  const byLabel = new Map<string, AveragePrecision>();
  for (const label of [...counts.keys()].sort()) {
    const order = ranked.get(label) ?? [];
    const count = counts.get(label) ?? 0;
    const flags = hits.map((right) => order.map((finding) => right[finding] === 1));
    byLabel.set(label, ofHits(flags, count));
  }
  return { overall: meanOver(byLabel), byLabel };
}

function meanOver(byLabel: ReadonlyMap<string, AveragePrecision>): AveragePrecision {
  const mean = (values: (number | null)[]): number | null => {
    const known = values.filter((value) => value !== null);
    return known.length > 0 ? meanOf(known) : null;
  };
  const all = [...byLabel.values()];
  return {
    ap50: mean(all.map(({ ap50 }) => ap50)),
    ap: mean(all.map(({ ap }) => ap)),
    ar: mean(all.map(({ ar }) => ar)),
  };
}

function ofClass({ findings, truths, accepts }: Request, label: string): AveragePrecision {
  const accepted = accepts && Object.hasOwn(accepts, label) ? (accepts[label] ?? [label]) : [label];
  const own = truths.filter((truth) => truth.label === label);
  const candidates: Compared[] = findings.filter((finding) => accepted.includes(finding.label));
  const overlaps = overlapsOf(candidates, own, { least: Math.min(...COCO_IOUS), accept: () => true });
  const flags = COCO_IOUS.map((iouThreshold) => {
    const hits = new Set(matchAt(overlaps, iouThreshold).map(({ finding }) => finding));
    return overlaps.order.map((finding) => hits.has(finding));
  });
  return ofHits(flags, own.length);
}

/** `flags`: at each overlap, of the findings by falling score, whether each is right. */
function ofHits(flags: readonly (readonly boolean[])[], truths: number): AveragePrecision {
  const precisions = flags.map((hits) => meanOf(precisionAtRecalls(hits, truths)));
  const recalls = flags.map((hits) => hits.reduce((sum, hit) => sum + Number(hit), 0) / truths);
  return { ap50: precisions[0] ?? null, ap: meanOf(precisions), ar: meanOf(recalls) };
}
