import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { firstShown, type ShownBand } from "#lib/core/display/shown-bands.ts";
import { probeImage } from "./probe.ts";
import { openPyramidFile } from "./pyramid/open.ts";
import { buildPyramid } from "./pyramid.ts";
import { openSamplesFile, type Samples } from "./samples/open-samples.ts";
import { renderShown } from "./samples/render-shown.ts";
import { buildSamples } from "./samples.ts";
import { openStripWriter } from "./tiff/strip-writer.ts";

const signal = new AbortController().signal;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "samples-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const fixture = (name: string): string => join(import.meta.dirname, "fixtures", name);

async function samplesOf(source: string, name: string): Promise<Samples> {
  const target = join(folder, `${name}.bands.tif`);
  const probe = await probeImage(source, { maxPixels: 1e9 });
  expect(await buildSamples({ source, target, page: 0, probe })).toBeGreaterThan(0);
  return openSamplesFile(target);
}

async function shownPixels(samples: Samples, shown: readonly ShownBand[], level = 0) {
  const size = samples.tileSize(level, 0, 0) ?? { width: 0, height: 0 };
  const png = await renderShown(samples, { level, x: 0, y: 0, size }, shown, "png", signal);
  const { data, info } = await sharp(png).removeAlpha().raw().toBuffer({ resolveWithObject: true });
  return (x: number, y: number) => [...data.subarray((y * info.width + x) * 3, (y * info.width + x) * 3 + 3)];
}

describe("the bands of a picture", () => {
  it("look at first as the pyramid does, and as they are asked for after that", async () => {
    const source = fixture("masked-bands.tif");
    const samples = await samplesOf(source, "bands");
    expect(samples.bands).toHaveLength(5);
    const at = await shownPixels(samples, firstShown(samples.bands));
    const target = join(folder, "bands.pyramid.tif");
    const probe = await probeImage(source, { maxPixels: 1e9 });
    await buildPyramid({ source, target, page: 0, probe });
    const pyramid = await openPyramidFile(target);
    for (const [x, y] of [
      [30, 22],
      [40, 12],
      [2, 2],
      [20, 30],
    ] as const) {
      const { data } = await pyramid.reader.read({ x, y, width: 1, height: 1 });
      for (const [band, value] of at(x, y).entries())
        expect(Math.abs(value - (data[band] ?? 0))).toBeLessThanOrEqual(1);
    }
    // Value of band k, counted from 0: 500 (k + 1) + 40 x (k + 1) + 13 y.
    const fifth = 2500 + 40 * 30 * 5 + 13 * 22;
    const look: ShownBand[] = [{ band: 4, low: fifth - 100, high: fifth + 100, colour: [0, 255, 100] }];
    const asked = await shownPixels(samples, look);
    expect(asked(30, 22)).toEqual([0, 128, 50]);
    expect(asked(2, 2)).toEqual([0, 0, 0]);
  });

  it("keep whole numbers as they are and others within a part of 65,000, without missing data", async () => {
    const whole = await samplesOf(fixture("signed-nodata.tif"), "signed");
    const codes = await whole.plane(0, 0, 0, 0);
    const [band] = whole.bands;
    expect(band).toMatchObject({ scale: 0.5, offset: -273.15 });
    expect(codes[5]).toBe(0);
    for (const [x, y] of [
      [20, 7],
      [63, 47],
    ] as const) {
      expect((band?.origin ?? 0) + (band?.step ?? 0) * (codes[y * 512 + x] ?? 0)).toBe(x * y - 1000);
    }
    const floating = await samplesOf(fixture("scaled-nan.tif"), "nan");
    const [range] = floating.bands;
    const kept = await floating.plane(0, 0, 0, 0);
    const value = (range?.origin ?? 0) + (range?.step ?? 0) * (kept[5 * 512 + 3] ?? 0);
    expect(value).toBeCloseTo(Math.sin(3 / 9) * 50 + 5, 1);
    expect(kept[4 * 512 + 3]).toBe(0);
  });

  it("are none of a picture as it stands", async () => {
    const source = fixture("masked-rgb.tif");
    const probe = await probeImage(source, { maxPixels: 1e9 });
    expect(await buildSamples({ source, target: join(folder, "none.tif"), page: 0, probe })).toBe(0);
  });

  it("lie on the levels of a pyramid, each half of the one before", async () => {
    const source = join(folder, "ramp.tif");
    const [width, height] = [700, 521];
    const writer = await openStripWriter(source, { width, height, bands: 1, bits: 16 });
    const values = Uint16Array.from(
      { length: width * height },
      (_, at) => 100 + (at % width) + 10 * Math.floor(at / width),
    );
    await writer.write(new Uint8Array(values.buffer), height);
    await writer.finish();
    await writer.close();
    const samples = await samplesOf(source, "ramp");
    expect([0, 1, 2].map((level) => samples.tileSize(level, 0, 0))).toEqual([
      { width: 512, height: 512 },
      { width: 350, height: 261 },
      null,
    ]);
    expect(samples.tileSize(0, 1, 1)).toEqual({ width: 188, height: 9 });
    const full = await samples.plane(0, 1, 1, 0);
    expect(full[8 * 512 + 187]).toBe(100 + 699 + 10 * 520);
    const half = await samples.plane(1, 0, 0, 0);
    expect(half[100 * 512 + 50]).toBe(Math.round(100 + 100.5 + 10 * 200.5));
    expect(half[260 * 512 + 349]).toBe(Math.round(100 + 698.5 + 10 * 520));
  });
});
