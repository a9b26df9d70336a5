/**
 * Tiles a second of whole runs of the product's own server with the embedded models, side by side with the bare models on the same tiles
 * of the same picture, both on all cores, in time and in processor time, from the first tile to the last; and what the server holds in
 * memory meanwhile. What a run does before its first tile (moderation, plan, study of the page) is told apart: the bare model is not asked for it.
 *
 *   npm run bench -- pipeline [--rounds 2] [--least 0.85] [--concurrency N]
 *
 * Ends with exit code 1 where a run has less than `--least` of the bare model's pace.
 */
import { availableParallelism } from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { projectRoot } from "#lib/config/paths.ts";
import { closeInferencePools } from "#lib/models/registry.ts";
import { close, startInstallation } from "./durable/installation.ts";
import { watchMemory } from "./durable/memory.ts";
import { type BareModel, bareCells, bareDetector, sideBySide, type Work } from "./pipeline/bare-models.ts";
import { type Analysed, analyse, send } from "./pipeline/runs.ts";

const { values } = parseArgs({
  args: process.argv.slice(2).filter((word) => word !== "pipeline"),
  options: {
    rounds: { type: "string", default: "2" },
    least: { type: "string", default: "0.85" },
    concurrency: { type: "string" },
  },
});
const rounds = Number(values.rounds);
const concurrency = values.concurrency === undefined ? undefined : Number(values.concurrency);
const samples = path.join(projectRoot(), "samples");
const slide = path.join(samples, "CMU-1-Small-Region.svs");

const installation = await startInstallation();
try {
  const road = await sideBySide(path.join(samples, "terrain2.png"), installation.dataDir, { columns: 2, rows: 1 });
  const slides = await sideBySide(slide, installation.dataDir, { columns: 2, rows: 2 });
  const cases: { preset: string; file: string; bare: () => Promise<BareModel> }[] = [
    { preset: "vehicles", file: road, bare: () => bareDetector(road, "vehicles") },
    { preset: "nuclei", file: slides, bare: () => bareCells(slides, "nuclei") },
  ];
  const rows: Record<string, string | number>[] = [];
  for (const { preset, file, bare } of cases) {
    const imageId = await send(installation, file);
    const model = await bare();
    const memory = watchMemory(installation);
    const alone: Work[] = [];
    const runs: Analysed[] = [];
    for (let round = 0; round < rounds; round++) {
      alone.push(await model.run());
      runs.push(await analyse(installation, imageId, { preset, concurrency }));
    }
    const { server, postgres } = memory();
    // Threads start and compile what they run often in the first round, and other work on the machine slows some: the best one counts.
    const least = (works: readonly Work[], of: keyof Work): number => Math.min(...works.map((work) => work[of]));
    const share = least(alone, "seconds") / least(runs, "seconds");
    const effort = (works: readonly Work[]): number => (1000 * least(works, "processorSeconds")) / model.tiles;
    if (share < Number(values.least)) process.exitCode = 1;
    rows.push({
      preset,
      tiles: model.tiles,
      "bare tiles/s": (model.tiles / least(alone, "seconds")).toFixed(2),
      "run tiles/s": (model.tiles / least(runs, "seconds")).toFixed(2),
      "run / bare": share.toFixed(2),
      "bare ms of processor a tile": effort(alone).toFixed(0),
      "run ms of processor a tile": effort(runs).toFixed(0),
      "by processor": (effort(alone) / effort(runs)).toFixed(2),
      "s before first tile": runs.at(-1)?.beforeSeconds.toFixed(1) ?? "",
      "server MB": server.toFixed(0),
      "Postgres MB": postgres.toFixed(0),
    });
    await closeInferencePools();
  }
  process.stdout.write(`${availableParallelism()} cores\n`);
  console.table(rows);
} finally {
  await close(installation);
}
