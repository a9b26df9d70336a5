import { describe, expect, it } from "vitest";
import { classColour, classColoursSchema, distinctColours, hexOf, type Rgb } from "./class-colour.ts";

/** Machado, Oliveira & Fernandes (2009), severity 1, on linear RGB. */
const DEFICIENCIES = {
  protanopia: [0.152286, 1.052583, -0.204868, 0.114503, 0.786281, 0.099216, -0.003882, -0.048116, 1.051998],
  deuteranopia: [0.367322, 0.860646, -0.227968, 0.280085, 0.672501, 0.047413, -0.01182, 0.04294, 0.968881],
} as const;

describe("class colours", () => {
  it("stay the same for ever", () => {
    // Reports and exports that were made before must keep their colours: change these only with a reason.
    expect(["car", "truck", "nucleus", "", "Tumor: Positive", "toString"].map((label) => classColour(label))).toEqual([
      [86, 180, 233],
      [230, 159, 0],
      [240, 228, 66],
      [153, 153, 51],
      [230, 159, 0],
      [86, 180, 233],
    ]);
  });

  it("are those that a preset gives, for its classes alone", () => {
    const own = { car: "#0A0b0C", toString: "#ffffff" };
    expect(["car", "bus", "toString", "valueOf"].map((label) => classColour(label, own))).toEqual([
      [10, 11, 12],
      classColour("bus"),
      [255, 255, 255],
      classColour("valueOf"),
    ]);
    expect(hexOf(classColour("car", own))).toBe("#0a0b0c");
    expect(classColoursSchema.safeParse({ car: "#0a0b0" }).success).toBe(false);
    expect(classColoursSchema.safeParse({ car: "red" }).success).toBe(false);
  });

  it("tell the classes that a run is asked for apart, and change no other", () => {
    const alike = ["tumor", "immune cell", "necrosis", "stroma", "gland"];
    expect(new Set(alike.map((label) => classColour(label).join())).size).toBeLessThan(alike.length);
    const colours = distinctColours(alike, { gland: "#E69F00" });
    expect(colours).toMatchObject({ gland: "#E69F00" });
    expect(new Set(alike.map((label) => classColour(label, colours).join())).size).toBe(alike.length);
    expect(distinctColours(["car", "truck", "bus"], {})).toEqual({});
    const eleven = Array.from({ length: 11 }, (_, at) => `class ${at}`);
    const all = distinctColours(eleven, {});
    expect(new Set(eleven.map((label) => classColour(label, all).join())).size).toBe(11);
    expect(distinctColours([...eleven, "one more"], { a: "#000000" })).toEqual({ a: "#000000" });
  });

  it("use the whole palette for arbitrary labels", () => {
    const colours = new Set(Array.from({ length: 500 }, (_, index) => classColour(`class ${index}`).join()));
    expect(colours.size).toBe(11);
  });

  it.each(Object.entries(DEFICIENCIES))("keep vehicles apart under %s", (_, matrix) => {
    const colours = ["car", "truck", "bus"].map((label) => seen(classColour(label), matrix));
    for (const [index, colour] of colours.entries()) {
      for (const other of colours.slice(index + 1)) {
        expect(Math.hypot(...colour.map((value, channel) => value - (other[channel] ?? 0)))).toBeGreaterThan(0.1);
      }
    }
  });
});

function seen(colour: Rgb, matrix: readonly number[]): number[] {
  const linear = colour.map((value) => (value / 255) ** 2.2);
  return [0, 3, 6].map((row) => linear.reduce((sum, value, column) => sum + value * (matrix[row + column] ?? 0), 0));
}
