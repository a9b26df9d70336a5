import path from "node:path";
import { evaluationOf } from "#lib/core/api/evaluations.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { overlapOf } from "#lib/core/exemplar/overlap.ts";
import { infer } from "./infer.ts";
import { openPage, SETTINGS } from "./open-page.ts";
import { readFormat } from "./read-truth.ts";

const IOU = 0.4;
const FOLDER = path.join("satellite", "det");
/** Tree crowns of NEON, as DeepForest publishes them. */
const YELL = "2019_YELL_2_541000_4977000_image_crop";
const PICTURES = [
  { picture: "OSBS_029.tif", truth: "OSBS_029.gt.OSBS_029.xml" },
  { picture: `${YELL}.png`, truth: `${YELL}.gt.${YELL}.xml` },
] as const;

/** F1 on what was not marked, draw by draw, with tiles and in one look. */
export type TreeResult = {
  picture: string;
  examples: number;
  objects: number;
  tiled: number[];
  untiled: number[];
  seconds: number;
};

/** Finds the crowns of each picture from so many examples, drawn at random from the ground truth so many times. */
export async function* measureTrees(
  data: string,
  { counts, draws }: { counts: readonly number[]; draws: number },
): AsyncGenerator<TreeResult> {
  for (const { picture, truth } of PICTURES) {
    const file = path.join(data, FOLDER, picture);
    const truths = await readFormat("voc", path.join(data, FOLDER, truth), picture);
    for (const examples of counts) {
      const result: TreeResult = { picture, examples, objects: truths.length, tiled: [], untiled: [], seconds: 0 };
      for (let seed = 0; seed < draws; seed++) {
        const marked = draw(truths, examples, seed);
        const run = await search(file, truths, marked, true);
        result.tiled.push(run.f1);
        result.seconds += run.seconds / draws;
        result.untiled.push((await search(file, truths, marked, false)).f1);
      }
      yield result;
    }
  }
}

/** The mean of some numbers. */
export function meanOf(list: readonly number[]): number {
  return list.reduce((sum, each) => sum + each, 0) / list.length;
}

/** So many of all, shuffled by a seed (linear congruential). */
function draw<T>(all: readonly T[], count: number, seed: number): T[] {
  const left = [...all];
  let state = seed * 7919 + 13;
  return Array.from({ length: Math.min(count, all.length) }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return left.splice(state % left.length, 1);
  }).flat();
}

async function search(file: string, truths: readonly Compared[], marked: readonly Compared[], isTiled: boolean) {
  const page = await openPage(file);
  const positives = marked.map(
    ({ box: [x, y, width, height] }) => [0, x, y, width, height] as [number, number, number, number, number],
  );
  const started = performance.now();
  const examples = { label: "tree", positives, negatives: [] };
  const { findings } = await infer(page, "trees", SETTINGS, isTiled ? undefined : null, examples);
  const seconds = (performance.now() - started) / 1000;
  const isMarked = (finding: Compared): boolean => marked.some(({ box }) => overlapOf(box, finding.box).iou >= IOU);
  const rest = truths.filter((truth) => !marked.includes(truth)).map((truth) => ({ ...truth, label: "tree" }));
  const others = findings.filter((finding) => !isMarked(finding));
  return { f1: evaluationOf("", { iou: IOU, findings: others, truths: rest }).overall.f1 ?? 0, seconds };
}
