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
import { closeInferencePools } from "#lib/models/registry.ts";
import { meanOf, measureTrees } from "./quality/trees.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "exemplars"),
  options: { counts: { type: "string", default: "3,5,10,20,40" }, draws: { type: "string", default: "5" } },
});
const data = process.env["TESSERA_QUALITY_DATA"] ?? path.join(projectRoot(), "..", "data");

process.stdout.write(
  `| picture | examples | F1 | of each draw | F1 untiled | seconds |\n| --- | ---: | ---: | --- | ---: | ---: |\n`,
);
const asked = { counts: values.counts.split(",").map(Number), draws: Number(values.draws) };
for await (const { picture, examples, tiled, untiled, seconds } of measureTrees(data, asked)) {
  const draws = tiled.map((each) => each.toFixed(2)).join(" ");
  const cells = [picture, examples, meanOf(tiled).toFixed(2), draws, meanOf(untiled).toFixed(2), seconds.toFixed(2)];
  process.stdout.write(`| ${cells.join(" | ")} |\n`);
}
await closeInferencePools();
