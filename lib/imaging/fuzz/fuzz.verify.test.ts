import { expect, it } from "vitest";
import { feedMutants } from "./feed.ts";

it("2,000 mutants of real files are accepted or refused in one line, and leave nothing behind", async () => {
  const { accepted, refused } = await feedMutants(Array.from({ length: 2000 }, (_, seed) => 1000 + seed));
  expect(accepted).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
}, 7_200_000);
