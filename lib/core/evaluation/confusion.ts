import type { Compared } from "./evaluate.ts";
import type { Match } from "./overlaps.ts";

/** What the truth's objects were taken for: rows are labels of the truth, columns of findings, both in the order of `labels`. */
export type Confusion = {
  labels: string[];
  counts: number[][];
  /** By label: objects that nothing was found for, and findings where there is nothing. */
  missed: number[];
  invented: number[];
};

/** Counts how the labels of findings and truths go together that were matched by place alone, whatever their labels. */
export function confusion(
  findings: readonly Compared[],
  truths: readonly Compared[],
  matches: readonly Match[],
): Confusion {
  const labels = [...new Set([...truths, ...findings].map(({ label }) => label))].sort();
  const counts = labels.map(() => labels.map(() => 0));
  const places = new Map(labels.map((label, index) => [label, index]));
  const place = (compared: Compared | undefined): number => places.get(compared?.label ?? "") ?? -1;
  for (const { finding, truth } of matches) {
    const row = counts[place(truths[truth])];
    const column = place(findings[finding]);
    if (row) row[column] = (row[column] ?? 0) + 1;
  }
  const found = new Set(matches.map(({ truth }) => truth));
  const used = new Set(matches.map(({ finding }) => finding));
  const tally = (list: readonly Compared[], done: ReadonlySet<number>): number[] => {
    const left = labels.map(() => 0);
    for (const [index, each] of list.entries()) if (!done.has(index)) left[place(each)] = (left[place(each)] ?? 0) + 1;
    return left;
  };
  return { labels, counts, missed: tally(truths, found), invented: tally(findings, used) };
}
