import type { SceneFacts } from "../types.ts";
import { threeDigits } from "./words.ts";

export const REGION_NAMES = [
  "upper left",
  "upper middle",
  "upper right",
  "middle left",
  "centre",
  "middle right",
  "lower left",
  "lower middle",
  "lower right",
] as const;

type LabelFacts = {
  label: string;
  count: number;
  meanScore: number;
  /** Longer side in pixels over the findings at hand. Null where none is at hand. */
  longerSidePx: Sides | null;
  /** The same in µm or metres, to three digits. Null where the scale is not known, too. */
  longerSide: (Sides & { unit: "µm" | "m" }) | null;
};

type Sides = { smallest: number; median: number; largest: number };

type RegionFacts = { name: (typeof REGION_NAMES)[number]; count: number; byLabel: Record<string, number> };

/** All that a scene may state, computed once from the facts: counts cover every finding, the rest the findings at hand. */
export type FactSheet = {
  imageName: string;
  widthPx: number;
  heightPx: number;
  area: SceneFacts["area"];
  density: number | null;
  total: number;
  /** How many findings places and sizes were computed from: the surest, where there are very many. */
  atHand: number;
  tiles: { total: number; analysed: number; failed: number; notAnalysed: number };
  labels: LabelFacts[];
  /** Regions of a 3×3 grid that hold findings, fullest first. */
  regions: RegionFacts[];
  /** Pairs of labels and in how many of the nine regions both, and the first of them, occur. */
  together: { labels: [string, string]; regionsWithBoth: number; regionsWithFirst: number }[];
};

type SceneFinding = SceneFacts["findings"][number];

/** Which of the nine regions a finding's centre lies in, 0…8 row by row. */
export function regionOf(finding: SceneFinding, { width, height }: Pick<SceneFacts, "width" | "height">): number {
  const [x, y, w, h] = finding.box;
  const third = (value: number, side: number) => Math.min(2, Math.max(0, Math.floor((value * 3) / Math.max(1, side))));
  return third(y + h / 2, height) * 3 + third(x + w / 2, width);
}

/** Computes the sheet. Pure, and independent of the order of the findings. */
export function factSheet(facts: SceneFacts): FactSheet {
  const total = facts.counts.reduce((sum, { count }) => sum + count, 0);
  const labels = facts.counts
    .toSorted((a, b) => b.count - a.count || (a.label < b.label ? -1 : 1))
    .map(({ label, count, meanScore }) => ({ label, count, meanScore, ...sidesOf(facts, label) }));
  const regions = regionsOf(facts);
  const { total: tiles, done, failed } = facts.tiles;
  return {
    imageName: facts.imageName,
    widthPx: facts.width,
    heightPx: facts.height,
    area: facts.area,
    density: facts.area && facts.area.value > 0 ? total / facts.area.value : null,
    total,
    atHand: facts.findings.length,
    tiles: { total: tiles, analysed: done, failed, notAnalysed: Math.max(0, tiles - done - failed) },
    labels,
    regions,
    together: pairsOf(labels, regions),
  };
}

function sidesOf({ findings, pixel }: SceneFacts, label: string): Pick<LabelFacts, "longerSidePx" | "longerSide"> {
  const boxes = findings.filter((finding) => finding.label === label).map(({ box }) => box);
  const longerSidePx = spread(
    boxes.map(([, , width, height]) => Math.max(width, height)),
    Math.round,
  );
  const longer =
    pixel &&
    spread(
      boxes.map(([, , w, h]) => Math.max(w * pixel.width, h * pixel.height)),
      threeDigits,
    );
  return { longerSidePx, longerSide: pixel && longer && { ...longer, unit: pixel.unit } };
}

function spread(values: readonly number[], round: (value: number) => number): Sides | null {
  const sorted = values.toSorted((a, b) => a - b);
  const [smallest, median, largest] = [sorted[0], sorted[Math.floor((sorted.length - 1) / 2)], sorted.at(-1)];
  if (smallest === undefined || median === undefined || largest === undefined) return null;
  return { smallest: round(smallest), median: round(median), largest: round(largest) };
}

function regionsOf(facts: SceneFacts): RegionFacts[] {
  const regions: RegionFacts[] = REGION_NAMES.map((name) => ({ name, count: 0, byLabel: {} }));
  for (const finding of facts.findings) {
    const region = regions[regionOf(finding, facts)];
    if (!region) continue;
    region.count += 1;
    region.byLabel[finding.label] = (region.byLabel[finding.label] ?? 0) + 1;
  }
  return regions
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || REGION_NAMES.indexOf(a.name) - REGION_NAMES.indexOf(b.name));
}

function pairsOf(labels: readonly LabelFacts[], regions: readonly RegionFacts[]): FactSheet["together"] {
  const [first, second] = labels;
  if (!first || !second) return [];
  // Read from the rarer one: "where there are trucks, there are cars too".
  const withFirst = regions.filter(({ byLabel }) => byLabel[second.label]);
  const withBoth = withFirst.filter(({ byLabel }) => byLabel[first.label]);
  const pair: [string, string] = [second.label, first.label];
  return [{ labels: pair, regionsWithBoth: withBoth.length, regionsWithFirst: withFirst.length }];
}
