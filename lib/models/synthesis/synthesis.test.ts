import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FakeProvider, type FakeProviderOptions, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { sceneSchema } from "#lib/core/detection/run.ts";
import { synthesisModel } from "../registry.ts";
import type { ProviderSettings } from "../settings.ts";
import type { SceneFacts } from "../types.ts";
import { wrongClaim } from "./check.ts";
import { describeScene } from "./describe.ts";
import { factSheet } from "./fact-sheet.ts";
import { counted, rounded } from "./words.ts";

const id = (index: number) => `0190a000-0000-7000-8000-${String(index).padStart(12, "0")}`;

function factsOf(findings: [label: string, score: number, x: number, y: number, side: number][]): SceneFacts {
  const labels = [...new Set(findings.map(([label]) => label))];
  return {
    imageName: "site-2024.tif",
    width: 3000,
    height: 3000,
    area: { value: 0.5, unit: "km²" },
    pixel: null,
    tiles: { total: 9, done: 9, failed: 0, failedIndexes: [] },
    findings: findings.map(([label, score, x, y, side], index) => ({
      id: id(index),
      label,
      score,
      box: [x, y, side, side],
    })),
    counts: labels.map((label) => {
      const own = findings.filter((finding) => finding[0] === label);
      return { label, count: own.length, meanScore: own.reduce((sum, one) => sum + one[1], 0) / own.length };
    }),
  };
}

const FACTS = factsOf([
  ["car", 0.9, 2500, 100, 40],
  ["car", 0.4, 2600, 150, 60],
  ["car", 0.8, 100, 2800, 50],
  ["person", 0.7, 2700, 300, 10],
]);
const signal = new AbortController().signal;

describe("the fixed words", () => {
  test("say what, where, how dense, how large, how sure, together with what", () => {
    const scene = describeScene(FACTS, "m");
    expect(scene.title).toBe("3 cars and 1 person in site-2024.tif");
    const texts = scene.sentences.map(({ text }) => text);
    expect(texts).toEqual([
      "3 cars and 1 person were found in 9 of 9 tiles.",
      "The upper right holds 3 of 4 findings, followed by the lower left with 1.",
      "That is 8 findings per km² over 0.5 km².",
      "The cars measure 40 to 60 pixels on their longer side, half of them at most 50.",
      "The person measures 10 pixels on its longer side.",
      "The mean score is 0.70 for car and 0.70 for person; 1 of 4 at hand score below 0.5.",
      "The one ninth of the picture that holds people holds cars too.",
    ]);
    expect(scene.sentences[1]?.findings).toEqual([id(0), id(3), id(1)]);
  });

  test("say sizes in µm or metres where the scale is known, along the side that is longer there", () => {
    const sizesOf = (pixel: SceneFacts["pixel"]) =>
      describeScene({ ...FACTS, pixel }, "m").sentences.flatMap(({ text }) => (/measure/.test(text) ? [text] : []));
    expect(sizesOf({ width: 0.499, height: 0.499, unit: "µm" })).toEqual([
      "The cars measure 20 to 29.9 µm on their longer side, half of them at most 24.9.",
      "The person measures 4.99 µm on its longer side.",
    ]);
    expect(sizesOf({ width: 300, height: 301, unit: "m" })[0]).toBe(
      "The cars measure 12,040 to 18,060 m on their longer side, half of them at most 15,050.",
    );
  });

  test("name what was not analysed, by tile", () => {
    const tiles = { total: 9, done: 6, failed: 2, failedIndexes: [7, 3] };
    const last = describeScene({ ...FACTS, tiles }, "m").sentences.at(-1);
    expect(last?.text).toBe("Of 9 tiles, 2 failed and 1 was not looked at: what lies there is missing here.");
    expect(last?.tiles).toEqual([3, 7]);
  });

  test("say plainly that nothing was found, and cite the tiles", () => {
    const scene = describeScene(factsOf([]), "m");
    expect(scene.title).toBe("Nothing found in site-2024.tif");
    expect(scene.sentences).toEqual([
      { text: "Nothing was found in 9 tiles analysed.", findings: [], tiles: [0, 1, 2, 3, 4, 5, 6, 7, 8] },
    ]);
  });

  const finding = fc.tuple(
    fc.constantFrom("car", "bus", "person", "boat", "city", "a b"),
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.integer({ min: 0, max: 2990 }),
    fc.integer({ min: 0, max: 2990 }),
    fc.integer({ min: 1, max: 500 }),
  );

  test("cite something in every sentence, state only numbers of the facts, and do not depend on order", () => {
    fc.assert(
      fc.property(fc.array(finding, { maxLength: 60 }), fc.integer({ min: 0, max: 3 }), (rows, failed) => {
        const tiles = { total: 9, done: 9 - failed, failed, failedIndexes: [0, 1, 2].slice(0, failed) };
        const facts = { ...factsOf(rows), tiles };
        const scene = sceneSchema.parse(describeScene(facts, "m"));
        for (const { text, findings, tiles: cited } of scene.sentences) {
          expect(findings.length + cited.length).toBeGreaterThan(0);
          expect(Math.max(findings.length, cited.length)).toBeLessThanOrEqual(20);
          expect(text).not.toMatch(/NaN|undefined|Infinity/);
        }
        const turned = { ...facts, findings: facts.findings.toReversed(), counts: facts.counts.toReversed() };
        expect(describeScene(turned, "m")).toEqual(scene);
      }),
    );
  });
});

describe("a hosted writer", () => {
  let provider: FakeProvider;
  let settings: ProviderSettings;
  beforeAll(async () => {
    provider = await startFakeProvider();
    const openaiCompatible = { baseUrl: provider.url, apiKey: undefined };
    settings = {
      keys: { openai: undefined, anthropic: undefined, google: undefined, gateway: undefined, openaiCompatible },
    };
  });
  afterAll(() => provider.close());

  function write(scene: FakeProviderOptions["scene"]) {
    provider.set(scene ? { scene } : {});
    return synthesisModel("openai-compatible:writer", settings).describe(FACTS, signal);
  }

  const honest = { text: "There are 3 cars, most of them in the upper right (F1).", findings: ["F1", "F3"], tiles: [] };

  test("keeps what the facts bear out and loses what it made up", async () => {
    const { scene, usage } = await write({
      title: "3 cars and a person",
      sentences: [
        honest,
        { text: "There are 7 cars.", findings: ["F1"], tiles: [] },
        { text: "Seven people are waiting.", findings: ["F3"], tiles: [] },
        { text: "Dozens of boats lie here.", findings: ["F1"], tiles: [] },
        { text: "About 40% are damaged.", findings: ["F1"], tiles: [] },
        { text: "A finding that is not there.", findings: ["F99"], tiles: [] },
        { text: "A tile that is not there.", findings: [], tiles: [9] },
        { text: "Nothing to rest on.", findings: [], tiles: [] },
        { text: "All 9 tiles were analysed.", findings: [], tiles: [0, 8] },
      ],
    });
    expect(scene.model).toBe("openai-compatible:writer");
    expect(scene.title).toBe("3 cars and a person");
    expect(scene.sentences).toEqual([
      { text: "There are 3 cars, most of them in the upper right.", findings: [id(0), id(3)], tiles: [] },
      { text: "All 9 tiles were analysed.", findings: [], tiles: [0, 8] },
    ]);
    expect(usage).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  });

  test("gets its title from the facts where it lied in it", async () => {
    const { scene } = await write({ title: "12 cars", sentences: [honest] });
    expect(scene.title).toBe("3 cars and 1 person in site-2024.tif");
  });

  test("that only lies is replaced by the fixed words, and the scene says so", async () => {
    const lie = { text: "There are 500 cars.", findings: ["F1"], tiles: [] };
    const { scene } = await write({ title: "500 cars", sentences: [lie] });
    expect(scene.model).toMatch(/^local:synthesis, .*openai-compatible:writer/);
    expect(scene.sentences).toEqual(describeScene(FACTS, "m").sentences);
  });

  test("that fails, fails", async () => {
    provider.set({ behaviour: () => ({ kind: "status", status: 500 }) });
    await expect(write(undefined)).rejects.toMatchObject({ kind: "transient" });
  });
});

test.each([
  ["3 parked cars", null],
  ["2 cars in the upper right", null],
  ["9 cars", "9 is not in the facts"],
  ["The picture site-2024.tif is 3,000 pixels wide", null],
  ["A mean score of 0.7", null],
  ["A mean score of 0.6", "0.6 is not in the facts"],
  ["Density is 8 per km²", null],
  ["one of them", null],
  ["a hundred cars", '"hundred" is not a number of the facts'],
])("the number check says of %j: %s", (text, expected) => {
  expect(wrongClaim(text, factSheet(FACTS), [0.9, 0.4, 0.8])).toBe(expected);
});

test("large numbers are written as everywhere else, so that they are read as what they are", () => {
  expect(counted(4641, "nucleus")).toBe("4,641 nuclei");
  expect(rounded(2830.4)).toBe("2,830");
});
