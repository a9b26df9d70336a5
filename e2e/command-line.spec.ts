import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { z } from "zod";
import { startServer, tessera } from "#e2e/support/server.ts";
import { evaluate } from "#lib/core/evaluation/evaluate.ts";
import { readAnswers } from "#lib/imaging/answers/answers.ts";

const ROOT = join(import.meta.dirname, "..");
const TERRAIN = join(ROOT, "samples", "terrain2.png");

const cocoSchema = z.object({
  categories: z.array(z.object({ id: z.int(), name: z.string() })),
  annotations: z.array(
    z.object({
      category_id: z.int(),
      bbox: z.tuple([z.number(), z.number(), z.number(), z.number()]),
      score: z.number().optional(),
    }),
  ),
});

async function boxesOf(path: string) {
  const { categories, annotations } = cocoSchema.parse(JSON.parse(await readFile(path, "utf8")));
  return annotations.map(({ category_id, bbox, score }) => {
    return {
      page: 0,
      box: bbox,
      score: score ?? 1,
      label: categories.find(({ id }) => id === category_id)?.name ?? "",
    };
  });
}

let base: string;
test.beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), "tessera-cli-"));
  await chmod(base, 0o755);
});
test.afterEach(async () => {
  await rm(base, { recursive: true, force: true });
});

test("analyze does the whole job with no server: five of five cars, at most two false", async () => {
  const out = join(base, "out.json");
  const done = await tessera(join(base, "data"), [
    "analyze",
    TERRAIN,
    "--preset",
    "general",
    "--format",
    "coco",
    "-o",
    out,
  ]);
  expect(done.stderr.split("\n").filter((line) => line.startsWith("tessera:"))).toEqual([]);
  expect(done).toMatchObject({ code: 0, stdout: expect.stringContaining("completed") });
  const { overall } = evaluate({
    truths: await boxesOf(join(import.meta.dirname, "fixtures", "terrain2.coco.json")),
    findings: await boxesOf(out),
    iouThreshold: 0.5,
    accepts: { car: ["car", "truck", "bus"] },
  });
  expect(overall).toMatchObject({ truePositives: 5, falseNegatives: 0 });
  expect(overall.falsePositives).toBeLessThanOrEqual(2);
});

test.setTimeout(240_000);

test("the same input and configuration give the same export, beside a running server too", async () => {
  const dataDir = join(base, "data");
  const server = await startServer({ dataDir });
  const exports: string[] = [];
  const file = join(base, "run.json");
  await writeFile(file, JSON.stringify({ tiling: { columns: 2, rows: 2, overlap: 0.1 }, minScore: 0.9 }));
  const asked = {
    byOptions: ["--grid", "2x2", "--overlap", "0.1", "--min-score", "0.3"],
    // What is said beside it counts more.
    byFile: ["--config", file, "--min-score", "0.3"],
  };
  for (const [name, options] of Object.entries(asked)) {
    const out = join(base, `${name}.csv`);
    const analyze = ["analyze", TERRAIN, ...options, "--format", "csv", "-o", out];
    expect((await tessera(dataDir, analyze)).code).toBe(0);
    // Ids are new with every run; everything else is the same.
    exports.push((await readFile(out, "utf8")).replace(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID"));
  }
  expect(exports[0]?.split("\n").length).toBeGreaterThan(3);
  expect(exports[1]).toBe(exports[0]);
  const { stdout } = await tessera(dataDir, ["runs", "--json"]);
  expect(JSON.parse(stdout)).toHaveLength(2);
  await server.stop();
});

test("bad usage and bad input exit with 2 and one line", async () => {
  for (const args of [
    ["analyze", "/nowhere.tif"],
    ["analyze", join(ROOT, "package.json")],
    ["analyze", TERRAIN, "--tile", "many"],
    ["analyze", TERRAIN, "--preset", "unheard-of"],
    ["analyze", TERRAIN, "--config", '{"tilling":{"tile":512}}'],
    ["analyze", TERRAIN, "--config", join(base, "nowhere.json")],
    ["export", "no-id", "--format", "coco"],
    ["dance"],
  ]) {
    const { code, stderr, stdout } = await tessera(join(base, "data"), args);
    expect({ args, code, lines: stderr.trim().split("\n").length, stdout }).toEqual({
      args,
      code: 2,
      lines: 1,
      stdout: "",
    });
  }
});

test("ingest tells what came of each file as JSON, and exits with 2 where one is no picture", async () => {
  const files = [TERRAIN, join(ROOT, "samples", "CMU-1-Small-Region.svs"), join(ROOT, "package.json")];
  const { code, stdout } = await tessera(join(base, "data"), ["ingest", ...files, "--json"]);
  expect(code).toBe(2);
  const images = JSON.parse(stdout);
  expect(images).toHaveLength(3);
  expect(images[0]).toMatchObject({ name: "terrain2.png", state: "ready", width: 1024, height: 682, format: "png" });
  expect(images[1]).toMatchObject({ state: "ready", format: "svs", width: 2220, height: 2967 });
  expect(images[1].scale.micronsPerPixel).toBeCloseTo(0.499, 6);
  // The picture holds little of what JPEG loses: vips' colours are ours.
  expect(images[0].samples).toEqual([{ page: 0, pixels: readAnswers()["samples/terrain2.png"]?.pages[0]?.samples }]);
  expect(images[1].samples[0].pixels).toHaveLength(12);
  expect(images[2]).toMatchObject({ state: "failed", error: expect.any(String) });
});
