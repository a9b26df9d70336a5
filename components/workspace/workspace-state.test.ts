import { expect, it } from "vitest";
import { EVERYTHING } from "../findings/finding-filter.ts";
import { matchClasses } from "../review/class-picker.tsx";
import { soloLabel, stepFrom, toggleLabel, togglePanel } from "./workspace-state.ts";

it("toggles a class, shows it alone, and all again", () => {
  const off = toggleLabel(EVERYTHING, "car");
  expect([...off.hiddenLabels]).toEqual(["car"]);
  expect(toggleLabel(off, "car").hiddenLabels.size).toBe(0);
  const alone = soloLabel(EVERYTHING, "car", ["car", "bus", "person"]);
  expect([...alone.hiddenLabels]).toEqual(["bus", "person"]);
  expect(soloLabel(alone, "car", ["car", "bus", "person"]).hiddenLabels.size).toBe(0);
});

it("opens panels side by side where there is room, else one at a time", () => {
  expect(togglePanel({ left: true, right: false }, "right", true)).toEqual({ left: true, right: true });
  expect(togglePanel({ left: true, right: false }, "right", false)).toEqual({ left: false, right: true });
  expect(togglePanel({ left: true, right: false }, "left", false)).toEqual({ left: false, right: false });
});

it("steps through the list and stays at its ends", () => {
  const order = Uint32Array.of(7, 3, 5);
  expect(stepFrom(order, undefined, 1)).toBe(7);
  expect(stepFrom(order, undefined, -1)).toBe(5);
  expect(stepFrom(order, 3, 1)).toBe(5);
  expect(stepFrom(order, 5, 1)).toBe(5);
  expect(stepFrom(new Uint32Array(), 5, 1)).toBeNull();
});

it("offers the classes that hold what was typed, those that begin with it first", () => {
  expect(matchClasses(["racecar", "Car", "bus"], "car")).toEqual(["Car", "racecar"]);
  expect(matchClasses(["b", "a"], "")).toEqual(["b", "a"]);
});
