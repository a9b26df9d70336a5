import { expect, it } from "vitest";
import { type Deeds, doAgain, forget, NO_DEEDS, readDeeds, remember, takeBack, writeDeeds } from "./undo-stack.ts";

const draw = (id: string) => ({ kind: "draw", id, what: "drawn" }) as const;

it("takes deeds back last first, does them again, and forgets what was taken back once something else is done", () => {
  const two = remember(remember(NO_DEEDS, draw("a")), draw("b"));
  const back = takeBack(takeBack(two).deeds);
  expect([takeBack(two).deed?.id, back.deed?.id]).toEqual(["b", "a"]);
  expect(back.deeds.done).toEqual([]);
  expect(takeBack(back.deeds).deed).toBeNull();
  const again = doAgain(back.deeds);
  expect(again.deed?.id).toBe("a");
  expect(doAgain(again.deeds).deeds).toEqual(two);
  expect(doAgain(remember(again.deeds, draw("c"))).deed).toBeNull();
});

it("has no limit within a page, and keeps the latest beyond it", () => {
  let many: Deeds = NO_DEEDS;
  for (let at = 0; at < 1500; at += 1) many = remember(many, draw(String(at)));
  expect(many.done).toHaveLength(1500);
  const kept = readDeeds(writeDeeds(many));
  expect([kept.done.length, kept.done[0]?.id, kept.done.at(-1)?.id]).toEqual([1000, "500", "1499"]);
  expect(readDeeds("{")).toEqual(NO_DEEDS);
  expect(readDeeds(null)).toEqual(NO_DEEDS);
});

it("forgets what was done to a finding that went", () => {
  const two = takeBack(remember(remember(NO_DEEDS, draw("a")), draw("b"))).deeds;
  expect(forget(two, "a").done).toEqual([]);
  expect(forget(two, "b").undone).toEqual([]);
});
