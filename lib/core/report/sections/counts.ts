import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import { formatCount } from "#lib/core/quantities.ts";
import { classBars, histogram } from "../charts.ts";
import type { Physical } from "../physical.ts";
import { digits } from "../physical.ts";
import type { Block, Cell, Section } from "../report-document.ts";
import type { ClassFacts, ReportFacts } from "../report-facts.ts";
import { paragraph, percent } from "../words.ts";

const BARS = 20;
/** The spread of fewer findings says nothing that the list of them does not. */
const FEWEST_SPREAD = 5;

/** Counts and densities by class, and how sizes and certainty are spread. */
export function countsSection(facts: ReportFacts, physical: Physical): Section {
  const { colours = {} } = facts.run.configuration;
  const present = facts.classes.filter(({ count }) => count > 0);
  if (present.length === 0) {
    return { id: "counts", title: "Counts and densities", blocks: [paragraph("There are no findings.")] };
  }
  const area = facts.tiles.seenPx;
  const labels = present.map(({ label }) => label);
  const blocks: Block[] = [
    {
      kind: "table",
      caption: `Findings by class without rejected ones; densities by the ${physical.area(area)} that were looked at; the longer side of boxes`,
      columns: [
        { title: "Class", align: "left", share: 0.26 },
        { title: "Findings", align: "right", share: 0.12 },
        { title: "Density", align: "right", share: 0.2 },
        { title: "Mean certainty", align: "right", share: 0.16 },
        { title: "Side, median (10–90%)", align: "right", share: 0.26 },
      ],
      rows: [...present.map((each) => row(each, area, physical, colours)), ...total(present, area, physical)],
    },
    { kind: "chart", title: "Findings by class", drawing: classBars(present, BARS, colours) },
  ];
  const many = present.reduce((sum, { count }) => sum + count, 0) >= FEWEST_SPREAD;
  if (many && facts.sizes) {
    const { name, perPixel } = physical.lengthUnit(facts.sizes.edges.at(-1) ?? 1);
    const write = (edge: number): string => digits(edge * perPixel);
    const drawing = histogram(facts.sizes, labels, colours, { name: `longer side of the box, ${name}`, write });
    blocks.push({ kind: "chart", title: "Sizes", drawing });
  }
  if (many && facts.scores) {
    const write = (edge: number): string => `${Math.round(edge * 100)}`;
    blocks.push({
      kind: "chart",
      title: "Certainty of the model",
      drawing: histogram(facts.scores, labels, colours, { name: "certainty, %", write }),
    });
  }
  return { id: "counts", title: "Counts and densities", blocks };
}

function row(
  { label, count, meanScore, sidePx }: ClassFacts,
  area: number,
  physical: Physical,
  colours: ClassColours,
): Cell[] {
  const sides = sidePx
    ? `${physical.length(sidePx.p50)} (${physical.length(sidePx.p10)} – ${physical.length(sidePx.p90)})`
    : "–";
  return [
    { text: label, colour: classColour(label, colours) },
    { text: formatCount(count) },
    { text: physical.density(count, area) },
    { text: percent(meanScore) },
    { text: sides },
  ];
}

function total(classes: readonly ClassFacts[], area: number, physical: Physical): Cell[][] {
  if (classes.length < 2) return [];
  const count = classes.reduce((sum, each) => sum + each.count, 0);
  return [
    [
      { text: "All" },
      { text: formatCount(count) },
      { text: physical.density(count, area) },
      { text: "" },
      { text: "" },
    ],
  ];
}
