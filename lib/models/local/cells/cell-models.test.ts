import path from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { ios, iou, tileBox } from "#lib/core/geometry/box.ts";
import { isBoxOutline } from "#lib/core/geometry/shape.ts";
import { closeInferencePools, tileModel } from "../../registry.ts";
import type { PageReader, TilePicture } from "../../types.ts";
import { studySmear } from "./smear-study.ts";

const none = undefined;
const SETTINGS = {
  localWorkers: 1,
  keys: { openai: none, anthropic: none, google: none, gateway: none, openaiCompatible: none },
};
const signal = new AbortController().signal;
const fixtures = path.join(import.meta.dirname, "..", "..", "fixtures");
afterAll(closeInferencePools);

async function open(name: string): Promise<TilePicture> {
  const { data, info } = await sharp(path.join(fixtures, name))
    .toColourspace("srgb")
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { data: new Uint8Array(data), width: info.width, height: info.height };
}

function pageOf(picture: TilePicture): PageReader {
  const { width, height, data } = picture;
  return {
    width,
    height,
    async read(region) {
      return cropped({ width, height, data }, region);
    },
  };
}

function cropped(
  { data, width }: TilePicture,
  region: { x: number; y: number; width: number; height: number },
): TilePicture {
  const rows = Array.from({ length: region.height }, (_, row) => {
    const start = ((region.y + row) * width + region.x) * 3;
    return data.subarray(start, start + region.width * 3);
  });
  return { width: region.width, height: region.height, data: new Uint8Array(Buffer.concat(rows)) };
}

describe("local:blood", () => {
  const model = tileModel("local:blood", SETTINGS);
  const ask = async (picture: TilePicture, studied: unknown, cut: ("left" | "right")[] = []) => {
    const question = {
      picture: await model.encode(picture),
      classes: [],
      prompt: null,
      minScore: 0.3,
      studied,
      cut,
      signal,
    };
    return (await model.detect(question)).detections;
  };

  test("finds the cells of a smear with their outlines, the same in a part of it", async () => {
    const smear = await open("blood-smear.jpg");
    const studied = await model.study?.(pageOf(smear), { micronsPerPixel: null, signal });
    const cells = await ask(smear, studied);
    expect(cells.filter(({ label }) => label === "RBC").length).toBeGreaterThanOrEqual(8);
    expect(cells.filter(({ label }) => label === "WBC")).toHaveLength(1);
    for (const { geometry } of cells) expect(geometry && !isBoxOutline(geometry)).toBe(true);

    // The same smear, cut: what lies whole in the part is found there as it is in the whole.
    const part = { x: 0, y: 0, width: 420, height: smear.height };
    const inPart = await ask(cropped(smear, part), studied, ["right"]);
    const whole = cells.filter(
      ({ label, score, box }) => label !== "Platelets" && score > 0.6 && box[0] + box[2] < 380,
    );
    expect(whole.length).toBeGreaterThan(3);
    for (const { box, label } of whole) {
      expect(inPart.some((other) => other.label === label && ios(other.box, box) > 0.9)).toBe(true);
    }
  }, 30_000);

  test("refuses what it does not know", async () => {
    const picture = await model.encode({ width: 8, height: 8, data: new Uint8Array(192).fill(200) });
    const question = { picture, classes: ["tiger"], prompt: null, minScore: 0.3, signal };
    await expect(model.detect(question)).rejects.toMatchObject({
      kind: "run-fatal",
      remedy: expect.stringContaining("WBC"),
    });
    expect((await model.detect({ ...question, classes: ["rbc"] })).detections).toEqual([]);
  });
});

/** Ellipses of one colour on a ground of another, each `[x, y, half width, half height]`, with soft edges and a little noise. */
function drawn(
  size: number,
  ground: readonly number[],
  ink: readonly number[],
  ellipses: readonly (readonly number[])[],
): TilePicture {
  const data = new Uint8Array(size * size * 3);
  let seed = 7;
  for (let index = 0; index < size * size; index++) {
    const [px, py] = [(index % size) + 0.5, Math.floor(index / size) + 0.5];
    let share = 0;
    for (const [x = 0, y = 0, a = 1, b = 1] of ellipses) {
      const away = (Math.hypot((px - x) / a, (py - y) / b) - 1) * Math.min(a, b);
      share = Math.max(share, Math.min(1, Math.max(0, 0.5 - away / 2)));
    }
    for (let channel = 0; channel < 3; channel++) {
      seed = (seed * 1103515245 + 12345) % 2147483648;
      const value = (ground[channel] ?? 0) * (1 - share) + (ink[channel] ?? 0) * share + (seed / 2147483648 - 0.5) * 8;
      data[index * 3 + channel] = Math.round(Math.min(255, Math.max(0, value)));
    }
  }
  return { data, width: size, height: size };
}

test("the diameter of red cells is theirs, also where more specks than cells are round", () => {
  // Flat discs look a little larger than they are.
  const cells = [80, 240, 400].flatMap((y) => [80, 240, 400].map((x) => [x, y, 48, 48]));
  const specks = [160, 320].flatMap((y) => [30, 100, 170, 240, 310, 380, 450].map((x) => [x, y, 10, 10]));
  const smear = drawn(480, [225, 220, 225], [185, 150, 165], [...cells, ...specks]);
  const { diameterPx } = studySmear([smear], null);
  expect(diameterPx).toBeGreaterThan(80);
  expect(diameterPx).toBeLessThan(130);
});

const ELLIPSES = [
  [40, 40, 12, 9],
  [90, 45, 9, 13],
  // Two that touch.
  [140, 40, 11, 11],
  [160, 42, 11, 11],
  [60, 120, 13, 10],
  [120, 130, 10, 10],
  [165, 150, 12, 8],
] as const;

describe.each([
  ["local:nuclei", [226, 160, 190], [90, 60, 130]],
  ["local:fluorescence", [12, 12, 14], [40, 60, 190]],
] as const)("%s", (id, ground, ink) => {
  test("finds nuclei, touching ones apart, where they were drawn, with what it measured", async () => {
    const model = tileModel(id, SETTINGS);
    const picture = drawn(200, ground, ink, ELLIPSES);
    const studied = await model.study?.(pageOf(picture), { micronsPerPixel: null, signal });
    const question = {
      picture: await model.encode(picture),
      classes: [],
      prompt: null,
      minScore: 0.4,
      studied,
      signal,
    };
    const { detections } = await model.detect(question);
    expect(detections).toHaveLength(ELLIPSES.length);
    for (const [x, y, a, b] of ELLIPSES) {
      const truth = tileBox(x - a, y - b, 2 * a, 2 * b);
      expect(Math.max(...detections.map(({ box }) => iou(box, truth)))).toBeGreaterThan(0.7);
    }
    expect(detections[0]?.measurements).toMatchObject({
      Eccentricity: expect.any(Number),
      Solidity: expect.any(Number),
    });
  }, 20_000);
});
