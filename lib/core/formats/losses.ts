import type { Aspect, Writer } from "./format.ts";

/** How many findings have what; `all` of them have a box and a label. */
export type FindingCounts = { readonly all: number } & Readonly<Record<Aspect, number>>;

/** What is said of `n` findings whose aspect a format has no place for. */
const LOST: Readonly<Record<Aspect, (n: number) => string>> = {
  points: (n) => `${count(n, "point becomes a box", "points become boxes")} without area`,
  lines: (n) => `${count(n, "line becomes", "lines become")} the box around it`,
  polygons: (n) => `${count(n, "polygon becomes", "polygons become")} the box around it`,
  holes: (n) => `${count(n, "shape loses", "shapes lose")} the holes in it`,
  multiPolygons: (n) =>
    `${count(n, "shape of several parts becomes", "shapes of several parts become")} the box around it`,
  scores: (n) => `${count(n, "score is", "scores are")} left out`,
  unscored: (n) => `${count(n, "finding without a score gets", "findings without a score get")} the score 1`,
  decisions: (n) => `${count(n, "decision is", "decisions are")} left out`,
  texts: (n) => `${count(n, "text that was read is", "texts that were read are")} left out`,
  wordless: (n) => `${count(n, "finding without a text is", "findings without a text are")} left out`,
  measurements: (n) => `measurements of ${count(n, "finding are", "findings are")} left out`,
  disagreements: (n) => `how far tiles agree on ${count(n, "finding", "findings")} is left out`,
  ids: (n) => `${count(n, "id is", "ids are")} left out: who reads the file gives new ones`,
};

function count(n: number, one: string, many: string): string {
  return `${n.toLocaleString("en")} ${n === 1 ? one : many}`;
}

/** What a format can't carry of these findings, a sentence each, to be told before they are exported; empty where all is carried. */
export function lossesOf(format: Writer, counts: FindingCounts): string[] {
  return Object.entries(LOST).flatMap(([aspect, sentence]) => {
    const lost = isAspect(aspect) && !format.carries.has(aspect) ? counts[aspect] : 0;
    return lost > 0 ? [sentence(lost)] : [];
  });
}

function isAspect(text: string): text is Aspect {
  return text in LOST;
}
