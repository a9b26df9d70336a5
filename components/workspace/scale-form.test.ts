import { describe, expect, it } from "vitest";
import { formOf, scaleOf } from "./scale-form.ts";

describe("the scale that a person types", () => {
  it("comes back as it was shown", () => {
    for (const scale of [
      null,
      { micronsPerPixel: 0.2501 },
      {
        crs: "EPSG:32632",
        transform: [10, 0, 500_000, 0, -10, 5_600_000] as [number, number, number, number, number, number],
      },
    ]) {
      expect(scaleOf(formOf(scale))).toEqual({ scale });
    }
  });

  it("may have a decimal comma and any space between its numbers", () => {
    expect(scaleOf({ ...formOf(null), kind: "microns", microns: "0,5" })).toEqual({ scale: { micronsPerPixel: 0.5 } });
    const transform = "0.1 0\n7, 0; -0.1 51";
    expect(scaleOf({ ...formOf(null), kind: "ground", transform })).toEqual({
      scale: { crs: "EPSG:4326", transform: [0.1, 0, 7, 0, -0.1, 51] },
    });
  });

  it("is told in a sentence where it is none", () => {
    for (const form of [
      { ...formOf(null), kind: "microns", microns: "-1" },
      { ...formOf(null), kind: "microns", microns: "half" },
      { ...formOf(null), kind: "ground", transform: "1 0 0 0 1" },
      { ...formOf(null), kind: "ground", transform: "1 0 0 0 1 0 0" },
      { ...formOf(null), kind: "ground", crs: " ", transform: "1 0 0 0 1 0" },
    ] as const) {
      expect(scaleOf(form)).toEqual({ error: expect.stringMatching(/\.$/) });
    }
  });
});
