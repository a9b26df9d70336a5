import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { probeImage } from "../probe.ts";
import { readAnswers } from "./answers.ts";
import { comparePixels, compareProbe } from "./compare.ts";

const FOLDERS: Readonly<Record<string, string>> = {
  samples: join(projectRoot(), "samples"),
  fixtures: join(import.meta.dirname, "..", "fixtures"),
};
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "answers-"));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const committed = Object.entries(readAnswers()).flatMap(([name, answer]) => {
  const [root = "", file = ""] = name.split(/\/(.*)/);
  const path = FOLDERS[root];
  return path ? [{ name, file, path: join(path, file), answer }] : [];
});

describe("vips, OpenSlide and GDAL say the same of", () => {
  it.each(committed)("$name", async ({ file, path, answer }) => {
    compareProbe(await probeImage(path, { maxPixels: 20e9 }), answer);
    const shown = await comparePixels(path, answer, join(folder, file));
    expect(shown.length).toBeGreaterThan(0);
  });
});
