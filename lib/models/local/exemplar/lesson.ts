import type { Examples } from "#lib/core/detection/examples.ts";
import type { Lesson } from "#lib/core/exemplar/learn.ts";
import type { Scene } from "#lib/core/exemplar/looks.ts";
import type { ExampleBox } from "#lib/core/exemplar/settings.ts";
import type { PageReader } from "../../types.ts";
import { samplesOf } from "../samples.ts";

/** Objects are looked at with the smallest so many pixels a side, where they are larger: finer pixels would tell nothing more. */
const FINEST_SIDE = 36;
/** How far around an example, in its sides, windows reach that are moved beside it and made larger. */
const AROUND = 2.5;

type Mark = Examples["positives"][number];

/** Reads from the pages what is to be learnt from: the examples with what lies around them, and samples of each page that has some. */
export async function readLesson(
  examples: Examples,
  open: (page: number) => Promise<PageReader>,
  signal: AbortSignal,
): Promise<Lesson> {
  const { label, positives, negatives } = examples;
  const smallest = Math.min(...positives.map(([, , , width, height]) => Math.sqrt(width * height)));
  const scale = Math.min(1, FINEST_SIDE / smallest);
  const shown: Scene[] = [];
  const samples: Scene[] = [];
  for (const number of [...new Set(positives.map(([page]) => page))].sort((a, b) => a - b)) {
    const page = await open(number);
    const here = (marks: readonly Mark[]): Mark[] => marks.filter(([of]) => of === number);
    for (const mark of here(positives)) shown.push(await sceneOf(page, mark, here(positives), [], { scale, signal }));
    for (const mark of here(negatives)) shown.push(await sceneOf(page, mark, [], [mark], { scale, signal }));
    const all = here(positives).map(([, ...box]): ExampleBox => box);
    for (const {
      picture,
      x,
      y,
      scale: [across, down],
    } of await samplesOf(page, signal, scale)) {
      const moved = all.map((box) => moveBox(box, { x, y, across, down }));
      samples.push({ picture, positives: moved, negatives: [] });
    }
  }
  return { label, scale, examples: shown, samples };
}

/** The surroundings of one mark; the mark comes first among its kind. */
async function sceneOf(
  page: PageReader,
  mark: Mark,
  positives: readonly Mark[],
  negatives: readonly Mark[],
  { scale, signal }: { scale: number; signal: AbortSignal },
): Promise<Scene> {
  const [, left, top, width, height] = mark;
  const reach = AROUND * Math.sqrt(width * height);
  const x = Math.max(0, Math.floor(left - reach));
  const y = Math.max(0, Math.floor(top - reach));
  const region = {
    ...{ x, y },
    width: Math.max(1, Math.min(page.width, Math.ceil(left + width + reach)) - x),
    height: Math.max(1, Math.min(page.height, Math.ceil(top + height + reach)) - y),
  };
  const size = {
    width: Math.max(1, Math.round(region.width * scale)),
    height: Math.max(1, Math.round(region.height * scale)),
  };
  const picture = await page.read(region, size, signal);
  const place = { x, y, across: size.width / region.width, down: size.height / region.height };
  const boxes = (marks: readonly Mark[]): ExampleBox[] =>
    [...marks.filter((each) => each === mark), ...marks.filter((each) => each !== mark)].map(([, ...box]) =>
      moveBox(box, place),
    );
  return { picture, positives: boxes(positives), negatives: boxes(negatives) };
}

/** A box of the page in pixels of a part of it that begins at `x`, `y`. */
function moveBox(
  [left, top, width, height]: ExampleBox,
  { x, y, across, down }: { x: number; y: number; across: number; down: number },
): ExampleBox {
  return [(left - x) * across, (top - y) * down, width * across, height * down];
}
