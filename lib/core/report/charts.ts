import { type ClassColours, classColour } from "../detection/class-colour.ts";
import { formatCount } from "../quantities.ts";
import { type Drawing, INK, type Mark, QUIET, RULE } from "./drawing.ts";
import { niceTicks } from "./nice-steps.ts";
import type { ClassFacts, Distribution } from "./report-facts.ts";

/** Width of a chart that goes from margin to margin, in points. */
const CHART_WIDTH = 480;

const ROW = 17;
const NAME_WIDTH = 120;
const NUMBER_WIDTH = 62;
const TEXT = 8.5;
const LONGEST_NAME = 22;

/** A bar a class, longest first; what is past the `most` most frequent is one bar. */
export function classBars(classes: readonly ClassFacts[], most: number, colours: ClassColours): Drawing {
  const shown = classes
    .slice(0, most)
    .map(({ label, count }) => ({ label, count, colour: classColour(label, colours) }));
  const rest = classes.slice(most);
  if (rest.length > 0) {
    const count = rest.reduce((sum, each) => sum + each.count, 0);
    shown.push({ label: `${rest.length} other classes`, count, colour: QUIET });
  }
  const longest = Math.max(1, ...shown.map(({ count }) => count));
  const room = CHART_WIDTH - NAME_WIDTH - NUMBER_WIDTH;
  const marks = shown.flatMap(({ label, count, colour }, index): Mark[] => {
    const base = index * ROW;
    const width = (room * count) / longest;
    return [
      {
        kind: "text",
        x: NAME_WIDTH - 8,
        y: base + 11.5,
        text: shortened(label),
        size: TEXT,
        anchor: "end",
        colour: INK,
      },
      { kind: "rectangle", x: NAME_WIDTH, y: base + 2.5, width, height: ROW - 5, fill: colour },
      {
        kind: "text",
        x: NAME_WIDTH + width + 6,
        y: base + 11.5,
        text: formatCount(count),
        size: TEXT,
        anchor: "start",
        colour: QUIET,
      },
    ];
  });
  const words = shown.map(({ label, count }) => `${label} ${formatCount(count)}`).join(", ");
  return { width: CHART_WIDTH, height: shown.length * ROW, description: `Findings by class: ${words}`, marks };
}

function shortened(text: string): string {
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME - 1)}…` : text;
}

const LEFT = 42;
const TOP = 8;
const PLOT_HEIGHT = 104;
const PLOT_WIDTH = CHART_WIDTH - LEFT - 10;
const AXIS = 7.5;
/** So many classes have a colour of their own in a histogram. */
const CLASSES = 6;

/**
 * A histogram, stacked by class with the most frequent at the bottom. `name` is what is measured, `unit` of it what an edge is written
 * with, and `scale` turns an edge into it.
 */
export function histogram(
  { edges, counts, above }: Distribution,
  labels: readonly string[],
  colours: ClassColours,
  { name, write }: { name: string; write: (edge: number) => string },
): Drawing {
  const bins = edges.length - 1;
  const named = labels.slice(0, CLASSES).filter((label) => counts.has(label));
  const others = [...counts.keys()].filter((label) => !named.includes(label));
  const layers = [
    ...named.map((label) => ({ colour: classColour(label, colours), values: counts.get(label) ?? [] })),
    ...others.map((label) => ({ colour: QUIET, values: counts.get(label) ?? [] })),
  ];
  const totals = Array.from({ length: bins }, (_, bin) =>
    layers.reduce((sum, { values }) => sum + (values[bin] ?? 0), 0),
  );
  const ticks = niceTicks(Math.max(1, ...totals), 4).filter((tick) => Number.isInteger(tick));
  const top = ticks.at(-1) ?? 1;
  const y = (count: number): number => TOP + PLOT_HEIGHT * (1 - count / top);
  const x = (bin: number): number => LEFT + (PLOT_WIDTH * bin) / bins;
  const marks: Mark[] = ticks.flatMap((tick): Mark[] => [
    {
      kind: "line",
      points: [
        [LEFT, y(tick)],
        [LEFT + PLOT_WIDTH, y(tick)],
      ],
      stroke: tick === 0 ? QUIET : RULE,
      strokeWidth: 0.5,
    },
    { kind: "text", x: LEFT - 5, y: y(tick) + 2.6, text: formatCount(tick), size: AXIS, anchor: "end", colour: QUIET },
  ]);
  for (let bin = 0; bin < bins; bin++) {
    let base = 0;
    for (const { colour, values } of layers) {
      const count = values[bin] ?? 0;
      if (count === 0) continue;
      const bottom = y(base);
      base += count;
      marks.push({
        kind: "rectangle",
        x: x(bin) + 0.5,
        y: y(base),
        width: Math.max(0.5, x(bin + 1) - x(bin) - 1),
        height: bottom - y(base),
        fill: colour,
      });
    }
  }
  const every = labelEvery(bins);
  for (let edge = 0; edge <= bins; edge += every) {
    const text = write(edges[edge] ?? 0);
    marks.push({
      kind: "text",
      x: x(edge),
      y: TOP + PLOT_HEIGHT + 11,
      text,
      size: AXIS,
      anchor: "middle",
      colour: QUIET,
    });
  }
  const beyond = above > 0 ? `; ${formatCount(above)} larger` : "";
  const caption = `${name}${beyond}`;
  marks.push({
    kind: "text",
    x: LEFT + PLOT_WIDTH / 2,
    y: TOP + PLOT_HEIGHT + 24,
    text: caption,
    size: AXIS,
    anchor: "middle",
    colour: INK,
  });
  const words = totals.map((count, bin) => `${write(edges[bin] ?? 0)}: ${formatCount(count)}`).join(", ");
  return { width: CHART_WIDTH, height: TOP + PLOT_HEIGHT + 30, description: `${caption}. ${words}`, marks };
}

/** At most eight labels below an axis, also one below its end where that can be. */
function labelEvery(bins: number): number {
  const least = Math.max(1, Math.ceil(bins / 8));
  const even = Array.from({ length: least }, (_, more) => least + more).find((every) => bins % every === 0);
  return even ?? least;
}
