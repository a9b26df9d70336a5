import { expect, it } from "vitest";
import { goBack, goOn, NEW_TRAIL, visit } from "./trail.ts";

const all = () => true;

it("goes on to what comes, back, and on again through what was seen", () => {
  const one = goOn({ ...NEW_TRAIL, ahead: ["a", "b", "c"] }, all);
  expect(one).toEqual({ seen: ["a"], at: 0, ahead: ["b", "c"] });
  const two = goOn(one, all);
  expect(goBack(two)).toMatchObject({ seen: ["a", "b"], at: 0 });
  expect(goBack(goBack(two)).at).toBe(0);
  expect(goOn(goBack(two), all)).toEqual(two);
});

it("passes over what somebody else decided, and stands beyond the end where nothing is left", () => {
  const trail = { ...NEW_TRAIL, ahead: ["a", "b"] };
  expect(goOn(trail, (id) => id !== "a")).toEqual({ seen: ["b"], at: 0, ahead: [] });
  const none = goOn(trail, () => false);
  expect(none).toEqual({ seen: [], at: 0, ahead: [] });
  const end = goOn(goOn({ ...NEW_TRAIL, ahead: ["a"] }, all), all);
  expect(end.seen[end.at]).toBeUndefined();
  expect(goOn({ ...end, ahead: ["b"] }, all)).toEqual({ seen: ["a", "b"], at: 1, ahead: [] });
});

it("goes back to what is undone, seen or not", () => {
  const trail = { seen: ["a", "b"], at: 1, ahead: ["c"] };
  expect(visit(trail, "a")).toEqual({ seen: ["a", "b"], at: 0, ahead: ["c"] });
  expect(visit(trail, "c")).toEqual({ seen: ["a", "b", "c"], at: 2, ahead: [] });
});
