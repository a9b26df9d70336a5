/**
 * Speed of the embedded detector, its accuracy on aerial pictures, and moderation over a folder of pictures that must pass.
 *
 *   node bench/models.ts [DATA]
 *
 * DATA holds `satellite/det/{terrain2.png,terrain2.gt.terrain2_coco.json,small-vehicles1.jpeg}`; every picture under it that sharp
 * opens is judged by moderation. Without DATA only the speed is measured, on a picture of the tests.
 */
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { z } from "zod";
import type { Tiling } from "#lib/core/detection/run.ts";
import { iou, tileBox } from "#lib/core/geometry/box.ts";
import { type MergedGroup, mergeDetections } from "#lib/core/merging/merge.ts";
import { findPreset } from "#lib/core/presets/resolve.ts";
import { planRun } from "#lib/core/tiling/plan-run.ts";
import { inferencePool } from "#lib/models/local/pools.ts";
import { closeInferencePools, moderationModel, tileModel } from "#lib/models/registry.ts";
import type { ProviderSettings } from "#lib/models/settings.ts";
import type { TilePicture } from "#lib/models/types.ts";

const VEHICLES = new Set(["car", "truck", "bus", "vehicle"]);
const LARGER_THAN_ANY = 16_384;
const never = new AbortController().signal;
const data = process.argv[2];

function settings(localWorkers: number): ProviderSettings {
  const none = undefined;
  return { localWorkers, keys: { openai: none, anthropic: none, google: none, gateway: none, openaiCompatible: none } };
}

async function read(file: string, region?: { left: number; top: number; width: number; height: number }) {
  let image = sharp(file).flatten({ background: "#fff" }).toColourspace("srgb");
  if (region) image = image.extract(region);
  const { data: pixels, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(pixels), width: info.width, height: info.height } satisfies TilePicture;
}

async function speed(workers: number): Promise<void> {
  const file = path.join(import.meta.dirname, "..", "lib", "models", "fixtures", "cars.jpg");
  const tile = await read(file, { left: 200, top: 100, width: 512, height: 512 });
  const model = tileModel("local:centernet", settings(workers));
  const pool = inferencePool("centernet", workers);
  const detect = async () =>
    await model.detect({ picture: await model.encode(tile), classes: [], prompt: null, minScore: 0.3, signal: never });
  const bare = () => pool.run(new Uint8Array(tile.data), never, { width: tile.width, height: tile.height });
  await Promise.all(Array.from({ length: workers * 2 }, detect));
  for (const [name, work] of [
    ["bare inference", bare],
    ["through the AI SDK", detect],
  ] as const) {
    const tiles = 30 * workers;
    const started = performance.now();
    await Promise.all<unknown>(Array.from({ length: tiles }, () => work()));
    const seconds = (performance.now() - started) / 1000;
    const each = ((seconds / tiles) * 1000).toFixed(0);
    console.log(`${workers} worker(s), ${name}: ${(tiles / seconds).toFixed(1)} tiles/s, ${each} ms a tile`);
  }
  await closeInferencePools();
}

async function analyze(file: string, presetId: string, tiling?: Tiling): Promise<MergedGroup[]> {
  const preset = findPreset(presetId);
  const model = tileModel(preset.model, settings(2));
  const { width = 0, height = 0 } = await sharp(file).metadata();
  const plan = planRun({
    pages: [{ page: 0, width, height }],
    tiling: tiling ?? preset.tiling,
    region: null,
    wholePicture: preset.wholePicture,
    inputSide: model.inputSide,
  });
  const replies = await Promise.all(
    plan.map(async (tile) => {
      const picture = await model.encode(
        await read(file, { left: tile.x, top: tile.y, width: tile.width, height: tile.height }),
      );
      const { classes, minScore } = preset;
      const { detections } = await model.detect({ picture, classes, prompt: null, minScore, signal: never });
      return detections.map(({ box: [x, y, w, h], score, label }) => ({
        box: [tile.x + x, tile.y + y, w, h] as const,
        score,
        label,
      }));
    }),
  );
  return mergeDetections(replies.flat(), preset.merge);
}

const truthSchema = z.object({
  annotations: z.array(z.object({ bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]) })),
});

async function accuracy(directory: string, preset: string): Promise<void> {
  const detections = path.join(directory, "satellite", "det");
  const truthFile = path.join(detections, "terrain2.gt.terrain2_coco.json");
  const truth = truthSchema.parse(JSON.parse(await readFile(truthFile, "utf8"))).annotations.map(({ bbox }) => bbox);
  const found = await analyze(path.join(detections, "terrain2.png"), preset);
  const open = new Set(truth.keys());
  for (const { box, label } of found) {
    const match = [...open].find((index) => {
      const [x, y, w, h] = truth[index] ?? [0, 0, 0, 0];
      return VEHICLES.has(label) && iou(tileBox(...box), tileBox(x, y, w, h)) >= 0.5;
    });
    if (match !== undefined) open.delete(match);
  }
  const hits = truth.length - open.size;
  const precision = (hits / Math.max(1, found.length)).toFixed(2);
  const recall = (hits / truth.length).toFixed(2);
  const falseOnes = found.length - hits;
  console.log(
    `${preset}, terrain2: ${hits} of ${truth.length}, ${falseOnes} false; precision ${precision}, recall ${recall}`,
  );

  const small = path.join(detections, "small-vehicles1.jpeg");
  const count = (groups: MergedGroup[]) => groups.filter(({ label }) => VEHICLES.has(label)).length;
  const tiled = count(await analyze(small, preset));
  const untiled = count(await analyze(small, preset, { tile: LARGER_THAN_ANY, overlap: 0 }));
  console.log(`${preset}, small-vehicles1: ${tiled} tiled, ${untiled} untiled, ${(tiled / untiled).toFixed(2)} times`);
}

async function moderation(directory: string): Promise<void> {
  const model = moderationModel("local:nsfw", settings(2));
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const judged: { file: string; verdict: string; explicit: number }[] = [];
  let unreadable = 0;
  for (const file of files.sort()) {
    const picture = await overview(file);
    if (!picture) {
      unreadable++;
      continue;
    }
    const { verdict, scores } = await model.judge(picture, never);
    const explicit = (scores["Porn"] ?? 1) + (scores["Hentai"] ?? 1);
    judged.push({ file: path.relative(directory, file), verdict, explicit });
  }
  judged.sort((a, b) => b.explicit - a.explicit);
  const blocked = judged.filter(({ verdict }) => verdict === "block");
  console.log(
    `moderation: ${blocked.length} of ${judged.length} blocked; ${unreadable} files are no pictures to sharp`,
  );
  for (const { file, explicit } of judged.slice(0, 5)) console.log(`  ${explicit.toFixed(2)} ${file}`);
}

/** What moderation sees of a file, or null where sharp does not open it as three channels. */
async function overview(file: string): Promise<TilePicture | null> {
  try {
    const image = sharp(file, { limitInputPixels: 1e9 }).flatten({ background: "#fff" }).toColourspace("srgb");
    const small = image.resize(1024, 1024, { fit: "inside", withoutEnlargement: true });
    const { data: pixels, info } = await small.raw().toBuffer({ resolveWithObject: true });
    return info.channels === 3 ? { data: new Uint8Array(pixels), width: info.width, height: info.height } : null;
  } catch {
    return null;
  }
}

for (const workers of [1, 2]) await speed(workers);
if (data && existsSync(data)) {
  for (const preset of ["general", "vehicles"]) await accuracy(data, preset);
  await moderation(data);
}
await closeInferencePools();
