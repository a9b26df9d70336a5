import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { averagePrecision } from "#lib/core/evaluation/average-precision.ts";
import type { CarriedFinding, FormatContext } from "#lib/core/formats/format.ts";
import { writeAll } from "#lib/core/formats/format-fixture.ts";

/**
 * What COCO's own program, pycocotools, makes of our files, and of how good a run is. `answers.json` is what its release 2.0.11 said of exactly
 * these files; where it is installed (`pip install pycocotools`), it is asked again.
 */
const answersSchema = z.object({
  /** SHA-256 of the two files that it read. */
  files: z.array(z.string()),
  images: z.array(z.tuple([z.number(), z.string(), z.number(), z.number()])),
  categories: z.array(z.string()),
  /** Id, image, category, box, area as written, pixels that the outline fills. */
  annotations: z.array(
    z.tuple([z.number(), z.number(), z.number(), z.array(z.number()).length(4), z.number(), z.number()]),
  ),
  results: z.number(),
  ...{ ap: z.number(), ap50: z.number(), ar: z.number() },
});

const CLASSES = ["car", "roof, red", "arbre"];
const context: FormatContext = {
  image: {
    id: "0198c0de-0000-7000-8000-00000000000f",
    name: "scène 1.tif",
    pages: [
      { width: 2000, height: 1500 },
      { width: 1200, height: 900 },
    ],
  },
  ...{ classes: CLASSES, space: "pixel", polygons: true, toLonLat: null, fromLonLat: null },
};

/** Even numbers from 0 to 1, the same each time. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

/** Things of three kinds on two pages, one in four with an outline of one or two parts, and what a model might have found of them. */
function scene(): { truths: CarriedFinding[]; findings: CarriedFinding[] } {
  const next = sequence(20_261_127);
  const whole = (most: number): number => Math.floor(next() * most);
  const truths = Array.from({ length: 120 }, (_, index): CarriedFinding => {
    const page = index % 3 === 0 ? 1 : 0;
    const [width, height] = [20 + whole(80), 20 + whole(80)];
    const [x, y] = [whole(1000), whole(700)];
    const label = CLASSES[whole(CLASSES.length)] ?? "car";
    const box = [x, y, width, height] as const;
    const part = (at: number, side: number): [number, number][][] => [
      [
        [x + at, y],
        [x + at + side, y],
        [x + at, y + height],
        [x + at, y],
      ],
    ];
    const half = width / 2;
    const geometry: CarriedFinding["geometry"] =
      index % 8 === 0
        ? { type: "Polygon", coordinates: part(0, width) }
        : index % 8 === 4
          ? { type: "MultiPolygon", coordinates: [part(0, half), part(half, half)] }
          : null;
    return { page, label, score: null, review: "accepted", box: [...box], geometry };
  });
  const findings = truths.flatMap((truth, index): CarriedFinding[] => {
    const [x, y, width, height] = truth.box;
    const score = Math.round((0.05 + 0.9 * next()) * 1e4) / 1e4 + index * 1e-6;
    const shift = whole(12) - 4;
    const label = index % 11 === 0 ? "car" : truth.label;
    const found: CarriedFinding = {
      ...{ page: truth.page, label, review: "unreviewed", geometry: null },
      ...{ score: Math.round(score * 1e6) / 1e6, box: [x + shift, y + shift / 2, width, height] },
    };
    if (index % 7 === 0) return [];
    return index % 9 === 0 ? [found, { ...found, score: 0.9 * (found.score ?? 0), box: [x, y, 15, 15] }] : [found];
  });
  return { truths, findings };
}

const folder = mkdtempSync(join(tmpdir(), "tessera-coco-"));
afterAll(() => rmSync(folder, { recursive: true }));

const { truths, findings } = scene();
const files = [await writeAll("coco", context, truths), await writeAll("coco-results", context, findings)];
const answers = answersSchema.parse(JSON.parse(await readFile(join(import.meta.dirname, "answers.json"), "utf8")));

const isInstalled = spawnSync("python3", ["-c", "import pycocotools"], { stdio: "ignore" }).status === 0;

describe("pycocotools", () => {
  it("has read these very files", () => {
    expect(files.map((file) => createHash("sha256").update(file).digest("hex"))).toEqual(answers.files);
  });

  it("sees every thing of every page in its class and its box, and as large an outline as we say", () => {
    expect(answers.images).toEqual([
      [1, "scène 1.tif", 2000, 1500],
      [2, "scène 1.tif", 1200, 900],
    ]);
    expect(answers.categories).toEqual(CLASSES);
    expect(answers.results).toBe(findings.length);
    expect(answers.annotations).toHaveLength(truths.length);
    for (const [index, { page, label, box }] of truths.entries()) {
      const [id, image, category, read, area, pixels] = answers.annotations[index] ?? [];
      expect([id, image, category, read]).toEqual([index + 1, page + 1, CLASSES.indexOf(label) + 1, box]);
      // It counts whole pixels: along an outline as many may be more or fewer.
      expect(Math.abs(Number(pixels) - Number(area))).toBeLessThanOrEqual(box[2] + box[3]);
    }
  });

  it("gives the run the average precision and recall that we give it, to a millionth", () => {
    const { overall } = averagePrecision({ findings, truths });
    for (const measure of ["ap", "ap50", "ar"] as const) {
      expect(Math.abs(Number(overall[measure]) - answers[measure])).toBeLessThan(1e-6);
    }
    expect(answers.ap).toBeGreaterThan(0.2);
    expect(answers.ap).toBeLessThan(answers.ap50);
  });

  it.runIf(isInstalled)("says the same here and now", () => {
    const paths = files.map((file, index) => {
      const path = join(folder, `${index}.json`);
      writeFileSync(path, file);
      return path;
    });
    const program = join(import.meta.dirname, "read.py");
    const said = execFileSync("python3", [program, ...paths], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const { ap, ap50, ar, ...read } = answersSchema.parse({ files: answers.files, ...JSON.parse(said) });
    const { ap: _ap, ap50: _ap50, ar: _ar, ...known } = answers;
    expect(read).toEqual(known);
    for (const [now, then] of [
      [ap, answers.ap],
      [ap50, answers.ap50],
      [ar, answers.ar],
    ] as const) {
      expect(now).toBeCloseTo(then, 9);
    }
  });
});
