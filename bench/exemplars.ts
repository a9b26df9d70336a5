/**
 * How well the rest of a picture is found from some of its marked objects, against how many were marked: as a run does it, in tiles.
 *
 *   TESSERA_QUALITY_DATA=FOLDER npm run bench -- exemplars [--counts 3,5,10,20,40] [--draws 5]
 *
 * The examples are drawn at random from the ground truth; what fits one of them is left out of the count. It fails nothing.
 */
import path from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "#lib/config/paths.ts";
import { evaluationOf } from "#lib/core/api/evaluations.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { overlapOf } from "#lib/core/exemplar/overlap.ts";
import { closeInferencePools } from "#lib/models/registry.ts";
import { readFormat } from "./quality/cases.ts";
import { infer } from "./quality/infer.ts";
import { openPage, SETTINGS } from "./quality/open-page.ts";

const IOU = 0.4;
const FOLDER = path.join("satellite", "det");
/** Tree crowns of NEON, as DeepForest publishes them. */
const CASES = [
  ["OSBS_029.tif", "OSBS_029.gt.OSBS_029.xml"],
  [
    "2019_YELL_2_541000_4977000_image_crop.png",
    "2019_YELL_2_541000_4977000_image_crop.gt.2019_YELL_2_541000_4977000_image_crop.xml",
  ],
] as const;

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "exemplars"),
  options: { counts: { type: "string", default: "3,5,10,20,40" }, draws: { type: "string", default: "5" } },
});
const data = process.env["TESSERA_QUALITY_DATA"] ?? path.join(projectRoot(), "..", "data");

/** So many of all, shuffled by a seed (linear congruential). */
function draw<T>(all: readonly T[], count: number, seed: number): T[] {
  const left = [...all];
  let state = seed * 7919 + 13;
  return Array.from({ length: Math.min(count, all.length) }, () => {
    state = (state * 48_271) % 2_147_483_647;
    return left.splice(state % left.length, 1);
  }).flat();
}

/** F1 on what was not marked, of a run that learns from what was, with or without tiles; and the seconds it took. */
async function measure(file: string, truths: readonly Compared[], marked: readonly Compared[], isTiled: boolean) {
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

process.stdout.write(
  `| picture | examples | F1 | of each draw | F1 untiled | seconds |\n| --- | ---: | ---: | --- | ---: | ---: |\n`,
);
for (const [picture, truth] of CASES) {
  const file = path.join(data, FOLDER, picture);
  const truths = await readFormat("voc", path.join(data, FOLDER, truth), picture);
  for (const count of values.counts.split(",").map(Number)) {
    const [tiled, whole, seconds]: [number[], number[], number[]] = [[], [], []];
    for (let seed = 0; seed < Number(values.draws); seed++) {
      const marked = draw(truths, count, seed);
      const run = await measure(file, truths, marked, true);
      tiled.push(run.f1);
      seconds.push(run.seconds);
      whole.push((await measure(file, truths, marked, false)).f1);
    }
    const mean = (list: readonly number[]): string =>
      (list.reduce((sum, each) => sum + each, 0) / list.length).toFixed(2);
    const draws = tiled.map((each) => each.toFixed(2)).join(" ");
    process.stdout.write(`| ${[picture, count, mean(tiled), draws, mean(whole), mean(seconds)].join(" | ")} |\n`);
  }
}
await closeInferencePools();
