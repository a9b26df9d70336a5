import { expect, it } from "vitest";
import { matchEntries, type PaletteEntry } from "./palette.tsx";

const entry = (name: string, group: string): PaletteEntry => ({ name, group, run: () => undefined });
const entries = [entry("Zoom in", "Picture"), entry("Rectangle", "Draw"), entry("Turned rectangle", "Draw")];
const found = (typed: string) => matchEntries(entries, typed).map(({ name }) => name);

it("finds by any words, in any order and in part, what begins so first", () => {
  expect(found("rect")).toEqual(["Rectangle", "Turned rectangle"]);
  expect(found("draw tur")).toEqual(["Turned rectangle"]);
  expect(found("PICT")).toEqual(["Zoom in"]);
  expect(found("")).toHaveLength(3);
  expect(found("nothing")).toEqual([]);
});
