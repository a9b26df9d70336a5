import path from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { ios } from "#lib/core/geometry/box.ts";
import { isBoxOutline } from "#lib/core/geometry/shape.ts";
import { closeInferencePools, tileModel } from "../../registry.ts";
import type { PageReader, TilePicture } from "../../types.ts";

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
