import type { Scene } from "#lib/core/detection/run.ts";
import { wrongComparison } from "./comparisons.ts";
import type { FactSheet } from "./fact-sheet.ts";
import { labelsIn, type RegionName, regionsIn } from "./mentions.ts";
import { wrongNumberIn } from "./numbers.ts";
import { plainText } from "./plain-text.ts";

type Sentence = Scene["sentences"][number];
export type Checked = { kept: Sentence[]; cut: { text: string; why: string }[] };

/** What a scene may cite: findings with what and where they are, and tiles; and how sure the findings are. */
export type Citable = {
  findings: ReadonlyMap<string, { label: string; region: RegionName | null }>;
  tiles: number;
  scores: readonly number[];
};

/**
 * Cuts sentences that the facts do not bear out: a number that is not theirs for what it stands beside, a comparison, share or place that
 * does not hold, a citation of something unknown or of something else than is spoken of, or none at all. Pure.
 */
export function checkSentences(sentences: readonly Sentence[], sheet: FactSheet, citable: Citable): Checked {
  const checked: Checked = { kept: [], cut: [] };
  for (const sentence of sentences) {
    const why = wrongCitation(sentence, sheet, citable) ?? wrongClaim(sentence.text, sheet, citable.scores);
    if (why === null) checked.kept.push(sentence);
    else checked.cut.push({ text: sentence.text, why });
  }
  return checked;
}

/** The first claim of a text that the facts do not bear out, as a reason; null where there is none. */
export function wrongClaim(text: string, sheet: FactSheet, scores: readonly number[]): string | null {
  const plain = plainText(text, sheet.imageName);
  return wrongComparison(plain, sheet) ?? wrongNumberIn(plain, sheet, scores);
}

function wrongCitation({ text, findings, tiles }: Sentence, sheet: FactSheet, citable: Citable): string | null {
  if (findings.length === 0 && tiles.length === 0) return "it cites nothing";
  const unknown = findings.find((id) => !citable.findings.has(id));
  if (unknown !== undefined) return `there is no finding ${unknown}`;
  const tile = tiles.find((index) => index >= citable.tiles);
  if (tile !== undefined) return `there is no tile ${tile}`;
  return findings.length === 0 ? null : citesOthers(plainText(text, sheet.imageName), findings, sheet, citable);
}

/** What is cited must be of what is spoken of. */
function citesOthers(plain: string, findings: readonly string[], sheet: FactSheet, citable: Citable): string | null {
  const cited = findings.flatMap((id) => citable.findings.get(id) ?? []);
  const labels = new Set(labelsIn(plain, sheet).map(({ what }) => what));
  if (labels.size > 0 && !cited.some(({ label }) => labels.has(label)))
    return `it cites no ${[...labels].join(" or ")}`;
  const regions = new Set<RegionName | null>(regionsIn(plain).map(({ what }) => what));
  if (regions.size > 0 && !/\b0\b/.test(plain) && !cited.some(({ region }) => regions.has(region))) {
    return `it cites nothing in the ${[...regions].join(" or ")}`;
  }
  return null;
}
