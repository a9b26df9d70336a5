/** Recalls at which precision is read: 0, 0.01, …, 1, with the very rounding of COCO's program: a recall of 57 in 100 is below its 0.57. */
const RECALLS = Array.from({ length: 101 }, (_, step) => (step === 100 ? 1 : step * 0.01));

/**
 * The precision–recall curve as COCO reads it: at 101 recalls from 0 to 1, precision made falling from the right, 0 beyond the last.
 * `hits`: of findings by falling score, whether each is right; `truths`: how many there are to find, at least one.
 */
export function precisionAtRecalls(hits: readonly boolean[], truths: number): number[] {
  const precisions = new Float64Array(hits.length);
  const recalls = new Float64Array(hits.length);
  let found = 0;
  for (const [rank, hit] of hits.entries()) {
    if (hit) found++;
    precisions[rank] = found / (rank + 1);
    recalls[rank] = found / truths;
  }
  for (let at = hits.length - 2; at >= 0; at--) {
    precisions[at] = Math.max(precisions[at] ?? 0, precisions[at + 1] ?? 0);
  }
  let at = 0;
  return RECALLS.map((recall) => {
    while (at < hits.length && (recalls[at] ?? 0) < recall) at++;
    return precisions[at] ?? 0;
  });
}

/** The mean of a curve's precisions. */
export const meanOf = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;
