import { type FactSheet, REGION_NAMES } from "./fact-sheet.ts";
import { noun } from "./words.ts";

/** Something of the facts that a plain text names, from `start` to `end`. */
export type Mention<T> = { what: T; start: number; end: number };

export type RegionName = (typeof REGION_NAMES)[number];

/** The labels of the facts that a plain text names, in order; of two that begin alike, the longer. */
export function labelsIn(plain: string, { labels }: Pick<FactSheet, "labels">): Mention<string>[] {
  const forms = labels.flatMap(({ label }) =>
    [...new Set([label.toLowerCase(), noun(label, 2).toLowerCase()])].map((form) => ({ label, form })),
  );
  return mentionsOf(
    plain,
    forms.map(({ label, form }) => ({ what: label, form })),
  );
}

/** The nine regions that a plain text names, in order. */
export function regionsIn(plain: string): Mention<RegionName>[] {
  return mentionsOf(
    plain,
    REGION_NAMES.map((name) => ({ what: name, form: name })),
  );
}

function mentionsOf<T>(plain: string, forms: readonly { what: T; form: string }[]): Mention<T>[] {
  const found: Mention<T>[] = [];
  for (const { what, form } of forms.toSorted((a, b) => b.form.length - a.form.length)) {
    const pattern = new RegExp(
      `(?<![\\p{L}\\p{N}])${form.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}(?![\\p{L}\\p{N}])`,
      "gu",
    );
    for (const { index, 0: text } of plain.matchAll(pattern)) {
      const end = index + text.length;
      if (!found.some((other) => index < other.end && end > other.start)) found.push({ what, start: index, end });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}
