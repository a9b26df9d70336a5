import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { tilingSchema } from "../detection/run.ts";
import { findPreset } from "../presets/resolve.ts";
import { levelOf } from "./plan-run.ts";
import { planTiles } from "./plan-tiles.ts";
import { proposeTiling } from "./propose-tiling.ts";

const ENLARGES = { inputSide: 512, seesOwnPixels: false };
const SEES_PIXELS = { inputSide: 1024, seesOwnPixels: true };
const page = { width: 4000, height: 3000 };
const general = { preset: findPreset("general"), page, metresPerPixel: null, model: ENLARGES };
const nuclei = { preset: findPreset("nuclei"), page, detail: 0.5, model: SEES_PIXELS };

describe("where the scale is known", () => {
  it("tiles are as large in the world as the preset says, whatever a pixel is", () => {
    const half = proposeTiling({ ...nuclei, metresPerPixel: 0.5e-6 });
    expect(half.tiling).toEqual({ tile: 512, overlap: 0.2 });
    expect(half.why).toBe("A pixel is 0.5 µm, so tiles of 512 pixels are 260 µm wide.");
  });

  it("a finer picture is read at the level that still shows all", () => {
    const quarter = proposeTiling({ ...nuclei, metresPerPixel: 0.25e-6 });
    expect(quarter.tiling).toEqual({ tile: 1024, overlap: 0.2 });
    const eighth = proposeTiling({ ...nuclei, metresPerPixel: 0.125e-6 });
    expect(eighth.tiling).toEqual({ tile: 2048, overlap: 0.2, level: 1 });
    expect(eighth.why).toContain("read at 1/2: 0.25 µm a pixel");
    expect(proposeTiling({ ...nuclei, metresPerPixel: 0.07e-6 }).tiling).toMatchObject({ level: 2 });
  });

  it("a coarse picture is never read at more than it has", () => {
    expect(proposeTiling({ ...nuclei, metresPerPixel: 2e-6 }).tiling).toEqual({ tile: 128, overlap: 0.2 });
  });

  it("tiles stay as small as the model reads as they are", () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1, noNaN: true }), (metresPerPixel) => {
        const { tiling } = proposeTiling({ ...nuclei, page: { width: 100, height: 100 }, metresPerPixel });
        expect(tilingSchema.safeParse(tiling).success).toBe(true);
        const side = "tile" in tiling ? tiling.tile : 0;
        expect(side / 2 ** levelOf(tiling)).toBeLessThanOrEqual(2048);
      }),
    );
  });
});

describe("where it is not", () => {
  it("tiles are finer where there is more to see", () => {
    const sides = [0.1, 0.5, 0.9].map((detail) => proposeTiling({ ...general, detail }).tiling);
    expect(sides).toEqual([
      { tile: 384, overlap: 0.2 },
      { tile: 256, overlap: 0.2 },
      { tile: 192, overlap: 0.2 },
    ]);
    expect(proposeTiling({ ...general, detail: 0.9 }).why).toContain("90% of the picture");
  });

  it("the preset's own serve a model that looks at pixels as they are", () => {
    expect(proposeTiling({ ...nuclei, metresPerPixel: null, detail: 1 }).tiling).toEqual(nuclei.preset.tiling);
  });
});

it("very large pictures get larger tiles rather than very many", () => {
  const huge = { width: 120_000, height: 90_000 };
  const { tiling, why } = proposeTiling({ ...general, page: huge, detail: 0.9 });
  expect(planTiles({ ...huge, tiling }).length).toBeLessThanOrEqual(20_000);
  expect(why).toContain("very many");
});

it("a preset in columns and rows stays so", () => {
  const preset = { ...general.preset, tiling: { columns: 3, rows: 2, overlap: 0.1 } };
  expect(proposeTiling({ ...general, preset, detail: 0.5 })).toEqual({
    tiling: preset.tiling,
    why: "This preset cuts every picture into 3 × 2 tiles.",
  });
});
