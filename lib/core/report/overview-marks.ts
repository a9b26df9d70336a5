import { type ClassColours, classColour, type Rgb } from "../detection/class-colour.ts";
import { formatCount } from "../quantities.ts";
import type { Drawing, Mark } from "./drawing.ts";
import type { Cell } from "./report-document.ts";
import type { PageFacts } from "./report-facts.ts";

/** Few to many findings, dark to light and even to the eye: five steps of Cividis (Nuñez et al. 2018). */
const DENSITIES: readonly Rgb[] = [
  [0, 32, 81],
  [60, 77, 110],
  [127, 124, 117],
  [187, 175, 113],
  [253, 234, 69],
];
/** Lines of boxes are this part of the page's longer side. */
const STROKE = 1 / 700;

/** What is drawn over the overview of a page, in its pixels, and what its colours stand for; classes in `colours` where those name one. */
export function overviewMarks(page: PageFacts, colours: ClassColours): { marks: Drawing; legend: Cell[] } {
  const { width, height, count } = page;
  const [marks, legend] = page.boxes ? boxMarks(page.boxes, Math.max(width, height), colours) : cellMarks(page);
  const what = page.boxes ? "each with its outline" : "as their density";
  return {
    marks: { width, height, description: `Page ${page.page + 1} with ${formatCount(count)} findings, ${what}`, marks },
    legend,
  };
}

function boxMarks(boxes: NonNullable<PageFacts["boxes"]>, longest: number, colours: ClassColours): [Mark[], Cell[]] {
  const labels = new Map<string, number>();
  for (const { label } of boxes) labels.set(label, (labels.get(label) ?? 0) + 1);
  const marks = boxes.map(({ box: [x, y, width, height], label }): Mark => {
    return {
      kind: "rectangle",
      x,
      y,
      width,
      height,
      stroke: classColour(label, colours),
      strokeWidth: longest * STROKE,
    };
  });
  const legend = [...labels]
    .sort(([one, first], [other, second]) => second - first || (one < other ? -1 : 1))
    .slice(0, 12)
    .map(([label, count]) => ({ text: `${label} (${formatCount(count)})`, colour: classColour(label, colours) }));
  return [marks, legend];
}

function cellMarks({ cells, width, height }: PageFacts): [Mark[], Cell[]] {
  if (!cells) return [[], []];
  const most = Math.max(1, ...cells.counts.map(({ count }) => count));
  // Counts differ by orders of magnitude: equal steps of their square root.
  const stepOf = (count: number): number => {
    return Math.min(DENSITIES.length - 1, Math.floor(Math.sqrt(count / most) * DENSITIES.length));
  };
  const marks = cells.counts.map(({ column, row, count }): Mark => {
    const [x, y] = [column * cells.side, row * cells.side];
    return {
      kind: "rectangle",
      ...{ x, y, width: Math.min(cells.side, width - x), height: Math.min(cells.side, height - y) },
      fill: DENSITIES[stepOf(count)] ?? [0, 0, 0],
      opacity: 0.6,
    };
  });
  const legend = DENSITIES.map((colour, step) => {
    const from = Math.ceil(most * (step / DENSITIES.length) ** 2);
    const to = step === DENSITIES.length - 1 ? most : Math.ceil(most * ((step + 1) / DENSITIES.length) ** 2) - 1;
    return { text: `${formatCount(Math.max(1, from))}–${formatCount(to)}`, colour, from: Math.max(1, from), to };
  }).filter(({ from, to }) => to >= from);
  return [marks, legend.map(({ text, colour }) => ({ text: `${text} a cell`, colour }))];
}
