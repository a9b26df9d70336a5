import { type Compared, evaluate } from "./evaluate.ts";

/** What the truth's objects were taken for: rows are labels of the truth, columns of findings, both in the order of `labels`. */
export type Confusion = {
  labels: string[];
  counts: number[][];
  /** By label: objects that nothing was found for, and findings where there is nothing. */
  missed: number[];
  invented: number[];
};

/** Matches findings to the truth by place alone, best score first, and counts how their labels go together. */
export function confusion(findings: readonly Compared[], truths: readonly Compared[], iouThreshold: number): Confusion {
  const labels = [...new Set([...truths, ...findings].map(({ label }) => label))].sort();
  const anyLabel = (list: readonly Compared[]) => list.map((each) => ({ ...each, label: "" }));
  const { matches } = evaluate({ findings: anyLabel(findings), truths: anyLabel(truths), iouThreshold });
  const counts = labels.map(() => labels.map(() => 0));
  const place = (compared: Compared | undefined): number => labels.indexOf(compared?.label ?? "");
  for (const { finding, truth } of matches) {
    const row = counts[place(truths[truth])];
    const column = place(findings[finding]);
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  const found = new Set(matches.map(({ truth }) => truth));
  const used = new Set(matches.map(({ finding }) => finding));
  const tally = (list: readonly Compared[], done: ReadonlySet<number>) =>
    labels.map((label) => list.filter((each, index) => each.label === label && !done.has(index)).length);
  return { labels, counts, missed: tally(truths, found), invented: tally(findings, used) };
}
