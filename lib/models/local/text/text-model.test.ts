import { readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { afterAll, describe, expect, test } from "vitest";
import { textErrors } from "#lib/core/evaluation/character-error-rate.ts";
import { closeInferencePools, tileModel } from "../../registry.ts";
import type { ProviderSettings } from "../../settings.ts";
import type { CutSide, TileDetection, TilePicture } from "../../types.ts";

const settings: ProviderSettings = {
  keys: { openai: undefined, anthropic: undefined, google: undefined, gateway: undefined, openaiCompatible: undefined },
  localWorkers: 1,
};
afterAll(closeInferencePools);

const fixtures = path.join(import.meta.dirname, "..", "..", "fixtures");
/** The first three lines: the time of a test is that of the words it reads. */
const LINES = 3;
const truth = (await readFile(path.join(fixtures, "page-turned.txt"), "utf8")).split("\n").slice(0, LINES).join("\n");

/** The first lines of the fixture, which run downwards, turned further clockwise; its size changed by `scale`. */
async function page({ turn = 0, scale = 1 }): Promise<TilePicture> {
  const turned = await sharp(path.join(fixtures, "page-turned.png"))
    .flatten()
    .extract({ left: 294, top: 0, width: 186, height: 640 })
    .png()
    .toBuffer()
    .then((lines) => sharp(lines))
    .then((lines) => lines.rotate(turn, { background: "#fff" }).png().toBuffer());
  const { width } = await sharp(turned).metadata();
  const image = sharp(turned)
    .resize(Math.round(width * scale))
    .toColourspace("srgb")
    .removeAlpha()
    .raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  return { data, width: info.width, height: info.height };
}

async function read(tile: TilePicture, cut: CutSide[] = [], id = "local:text"): Promise<TileDetection[]> {
  const model = tileModel(id, settings);
  const question = { picture: await model.encode(tile), classes: [], prompt: null, minScore: 0.3, cut };
  return (await model.detect({ ...question, signal: AbortSignal.timeout(60_000) })).detections;
}

const textOf = (words: readonly TileDetection[]): string => words.map(({ text }) => text).join(" ");
const first = (words: readonly TileDetection[], text: string) => words.find((word) => word.text === text);

describe("the embedded recogniser", () => {
  test.each([
    ["upright", { turn: 270 }, 0],
    ["lines downwards, at twice the resolution", { turn: 0, scale: 2 }, 90],
    ["upside down and skewed", { turn: 97 }, -173],
  ])("reads every word of a page with %s", async (_, how, degrees) => {
    const words = await read(await page(how));
    expect(textErrors(textOf(words), truth).edits).toBeLessThanOrEqual(2);
    const ring = first(words, "works")?.geometry;
    const [[x0, y0] = [0, 0], [x1, y1] = [1, 0]] = ring?.type === "Polygon" ? (ring.coordinates[0] ?? []) : [];
    const angle = (Math.atan2(y1 - y0, x1 - x0) * 180) / Math.PI;
    expect(Math.abs(((angle - degrees + 540) % 360) - 180)).toBeLessThan(0.3);
  });

  test("says where a word is, in pixels of the tile, and how sure it is", async () => {
    const words = await read(await page({ turn: 270 }));
    const word = first(words, "This");
    expect(word?.box.map((side, index) => Math.abs(side - ([36, 92, 60, 24][index] ?? 0)) <= 2)).not.toContain(false);
    expect(word).toMatchObject({ label: "word", score: expect.any(Number) });
    expect(word?.score).toBeGreaterThan(0.8);
    expect(word).not.toHaveProperty("geometry");
  });

  test("leaves out words that a seam may have cut: the next tile has all of them", async () => {
    const { data, width, height } = await page({ turn: 270 });
    const half = Math.round(width / 2);
    const left = await sharp(data, { raw: { width, height, channels: 3 } })
      .extract({ left: 0, top: 0, width: half, height })
      .raw()
      .toBuffer();
    const tile = { data: left, width: half, height };
    const all = await read(tile);
    const whole = await read(tile, ["right"]);
    expect(whole.length).toBeLessThan(all.length);
    expect(truth.split(/\s+/)).toEqual(expect.arrayContaining(whole.map(({ text }) => text ?? "")));
  });

  test("reads nothing on an empty picture of any shape", async () => {
    for (const [width, height] of [
      [1, 1],
      [700, 3],
      [512, 512],
    ] as const) {
      expect(await read({ data: new Uint8Array(width * height * 3).fill(230), width, height })).toEqual([]);
    }
  });

  test("says which language is missing, and how to get it, before a run is started", () => {
    expect(() => tileModel("local:text:eng+xyz", settings)).toThrow(
      expect.objectContaining({
        kind: "run-fatal",
        message: expect.stringContaining("xyz"),
        remedy: expect.stringContaining("npm install @tesseract.js-data/xyz"),
      }),
    );
    expect(() => tileModel("local:text:../etc", settings)).toThrow(/names no languages/);
  });
});
