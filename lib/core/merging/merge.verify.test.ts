import { describe, expect, it } from "vitest";
import { mergeDetections } from "./merge.ts";

const COUNT = 1_000_000;

/** Numbers that look random and are the same in every run (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

describe("a million detections", () => {
  for (const method of ["nms", "nmm", "greedy-nmm"] as const) {
    it(`are merged by ${method} with each in one group at most, and the same whatever order they come in`, () => {
      const random = randomFrom(7);
      const detections = Array.from({ length: COUNT }, () => {
        const box = [random() * 40_000, random() * 40_000, 10 + random() * 40, 10 + random() * 40] as const;
        return { box, score: random(), label: random() < 0.5 ? "a" : "b" };
      });
      const settings = { method, metric: "ios", threshold: 0.5 } as const;
      const groups = mergeDetections(detections, settings);
      const seen = new Uint8Array(COUNT);
      for (const { keeper, merged } of groups)
        for (const index of [keeper, ...merged]) seen[index] = (seen[index] ?? 0) + 1;
      expect(seen.every((times) => times <= 1)).toBe(true);
      if (method !== "nms") expect(seen.every((times) => times === 1)).toBe(true);

      const reversed = mergeDetections(detections.toReversed(), settings);
      expect(reversed.length).toBe(groups.length);
      const shape = ({ box, score, label }: (typeof groups)[number]) => `${label} ${score} ${box.join(" ")}`;
      expect(reversed.map(shape).sort()).toEqual(groups.map(shape).sort());
    });
  }
});
