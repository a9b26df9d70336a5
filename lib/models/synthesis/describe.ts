import type { Scene } from "#lib/core/detection/run.ts";
import { formatCount } from "#lib/core/quantities.ts";
import type { SceneFacts } from "../types.ts";
import { type FactSheet, factSheet, REGION_NAMES, regionOf } from "./fact-sheet.ts";
import { counted, listed, noun, rounded } from "./words.ts";

/** A sentence cites at most this many findings and tiles. */
export const CITATIONS = 20;
const LABELS_NAMED = 5;
const UNSURE = 0.5;

type Sentence = Scene["sentences"][number];
type SceneFinding = SceneFacts["findings"][number];

/**
 * The scene in fixed words: what was found, where, how dense, how large, how sure, together with what, and what was not analysed. The
 * same facts give the same text, whatever their order; every sentence cites what it rests on.
 */
export function describeScene(facts: SceneFacts, model: string): Scene {
  const sheet = factSheet(facts);
  const findings = facts.findings.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
  const sentences = [
    found(sheet, findings, facts),
    where(sheet, findings, facts),
    density(sheet, findings),
    ...sizes(sheet, findings),
    sureness(sheet, findings),
    together(sheet, findings),
    gaps(sheet, facts),
  ].filter((sentence) => sentence !== null);
  return { model, title: sceneTitle(sheet), sentences };
}

/** The title that the facts alone give. */
export function sceneTitle(sheet: FactSheet): string {
  if (sheet.total === 0) return `Nothing found in ${sheet.imageName}`;
  return `${labelCounts(sheet, 3)} in ${sheet.imageName}`;
}

function labelCounts({ labels }: FactSheet, most: number): string {
  const named = labels.slice(0, most).map(({ label, count }) => counted(count, label));
  const rest = labels.slice(most).reduce((sum, { count }) => sum + count, 0);
  return listed(rest > 0 ? [...named, `${formatCount(rest)} of other kinds`] : named);
}

function cite(findings: readonly SceneFinding[]): string[] {
  return findings.slice(0, CITATIONS).map(({ id }) => id);
}

function found(sheet: FactSheet, findings: readonly SceneFinding[], facts: SceneFacts): Sentence {
  if (sheet.total > 0) {
    const verb = sheet.total === 1 ? "was" : "were";
    const text = `${labelCounts(sheet, LABELS_NAMED)} ${verb} found in ${formatCount(sheet.tiles.analysed)} of ${counted(sheet.tiles.total, "tile")}.`;
    return { text, findings: cite(oneOfEach(sheet, findings)), tiles: [] };
  }
  const failed = new Set(facts.tiles.failedIndexes);
  const tiles: number[] = [];
  for (let index = 0; index < sheet.tiles.total && tiles.length < CITATIONS; index++) {
    if (!failed.has(index)) tiles.push(index);
  }
  return { text: `Nothing was found in ${counted(sheet.tiles.analysed, "tile")} analysed.`, findings: [], tiles };
}

/** The surest of each label first, so that the citations show every kind; then the surest of all. */
function oneOfEach(sheet: FactSheet, findings: readonly SceneFinding[]): SceneFinding[] {
  const best = sheet.labels.flatMap(({ label }) => findings.find((finding) => finding.label === label) ?? []);
  return [...best, ...findings.filter((finding) => !best.includes(finding))];
}

function where(sheet: FactSheet, findings: readonly SceneFinding[], facts: SceneFacts): Sentence | null {
  const [densest, next] = sheet.regions;
  if (!densest) return null;
  const basis =
    sheet.atHand < sheet.total ? `the ${formatCount(sheet.atHand)} surest findings` : counted(sheet.atHand, "finding");
  const inside = findings.filter((finding) => REGION_NAMES[regionOf(finding, facts)] === densest.name);
  const share = densest.count === sheet.atHand ? "all" : formatCount(densest.count);
  const more = next ? `, followed by the ${next.name} with ${formatCount(next.count)}` : "";
  const text = `The ${densest.name} holds ${share} of ${basis}${more}.`;
  return { text, findings: cite(inside), tiles: [] };
}

function density(sheet: FactSheet, findings: readonly SceneFinding[]): Sentence | null {
  if (sheet.density === null || !sheet.area || sheet.total === 0) return null;
  const { value, unit } = sheet.area;
  const text = `That is ${rounded(sheet.density)} ${noun("finding", sheet.density)} per ${unit} over ${rounded(value)} ${unit}.`;
  return { text, findings: cite(findings), tiles: [] };
}

function sizes(sheet: FactSheet, findings: readonly SceneFinding[]): Sentence[] {
  return sheet.labels.slice(0, 3).flatMap(({ label, longerSidePx, longerSide }) => {
    const sides = longerSide ?? (longerSidePx && { ...longerSidePx, unit: "pixels" });
    if (!sides) return [];
    const { unit } = sides;
    const [smallest, median, largest] = [sides.smallest, sides.median, sides.largest].map(rounded);
    const own = findings.filter((finding) => finding.label === label);
    const bySide = own.toSorted((a, b) => Math.max(b.box[2], b.box[3]) - Math.max(a.box[2], a.box[3]));
    const text =
      own.length === 1
        ? `The ${label} measures ${largest} ${unit} on its longer side.`
        : `The ${noun(label, 2)} measure ${smallest} to ${largest} ${unit} on their longer side, half of them at most ${median}.`;
    return [{ text, findings: cite(bySide), tiles: [] }];
  });
}

function sureness(sheet: FactSheet, findings: readonly SceneFinding[]): Sentence | null {
  if (sheet.total === 0 || findings.length === 0) return null;
  const means = sheet.labels
    .slice(0, LABELS_NAMED)
    .map(({ label, meanScore }) => `${meanScore.toFixed(2)} for ${label}`);
  const unsure = findings.filter(({ score }) => score < UNSURE);
  const look =
    unsure.length > 0
      ? `; ${formatCount(unsure.length)} of ${formatCount(findings.length)} at hand score below ${UNSURE}`
      : "";
  const cited = unsure.length > 0 ? unsure.toReversed() : findings;
  return { text: `The mean score is ${listed(means)}${look}.`, findings: cite(cited), tiles: [] };
}

function together(sheet: FactSheet, findings: readonly SceneFinding[]): Sentence | null {
  const [pair] = sheet.together;
  if (!pair || pair.regionsWithBoth === 0) return null;
  const [first, second] = pair.labels;
  const text =
    pair.regionsWithFirst === 1
      ? `The one ninth of the picture that holds ${noun(first, 2)} holds ${noun(second, 2)} too.`
      : `Of the ${pair.regionsWithFirst} ninths of the picture that hold ${noun(first, 2)}, ${pair.regionsWithBoth} ${pair.regionsWithBoth === 1 ? "holds" : "hold"} ${noun(second, 2)} too.`;
  return { text, findings: cite(findings.filter(({ label }) => label === first || label === second)), tiles: [] };
}

function gaps({ tiles }: FactSheet, facts: SceneFacts): Sentence | null {
  if (tiles.failed === 0 && tiles.notAnalysed === 0) return null;
  const parts = [
    tiles.failed > 0 ? `${formatCount(tiles.failed)} failed` : null,
    tiles.notAnalysed > 0
      ? `${formatCount(tiles.notAnalysed)} ${tiles.notAnalysed === 1 ? "was" : "were"} not looked at`
      : null,
  ].filter((part) => part !== null);
  const text = `Of ${counted(tiles.total, "tile")}, ${listed(parts)}: what lies there is missing here.`;
  return { text, findings: [], tiles: facts.tiles.failedIndexes.toSorted((a, b) => a - b).slice(0, CITATIONS) };
}
