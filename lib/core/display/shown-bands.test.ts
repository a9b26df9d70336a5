import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatShownBands, parseShownBands, shownBandsSchema } from "./shown-bands.ts";

describe("bands in an address", () => {
  it("come back as they were written", () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    const shade = fc.integer({ min: 0, max: 255 });
    const shown = fc
      .record({
        band: fc.nat({ max: 63 }),
        low: value,
        width: fc.double({ min: 1, max: 1e5, noNaN: true }),
        colour: fc.tuple(shade, shade, shade),
      })
      .map(({ width, ...rest }) => ({ ...rest, high: rest.low + Math.max(width, Math.abs(rest.low) / 100) }));
    fc.assert(
      fc.property(fc.array(shown, { minLength: 1, maxLength: 16 }), (bands) => {
        const text = formatShownBands(bands);
        const read = parseShownBands(text);
        expect(read?.map(({ band, colour }) => ({ band, colour }))).toEqual(
          bands.map(({ band, colour }) => ({ band, colour })),
        );
        expect(formatShownBands(read ?? [])).toBe(text);
      }),
    );
  });

  it("are refused where they say nothing that can be shown", () => {
    for (const text of [
      "",
      "0",
      "0:1:1:ffffff",
      "0:5:1:ffffff",
      "64:0:1:ffffff",
      "0:0:1:fff",
      "0:0:1e999:ffffff",
      "0:0:1:ffffff,",
    ]) {
      expect(shownBandsSchema.safeParse(text).success, text).toBe(false);
    }
    expect(parseShownBands(Array.from({ length: 17 }, () => "0:0:1:ffffff").join(","))).toBeNull();
  });
});
