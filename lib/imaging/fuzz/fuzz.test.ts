import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { feed, mutantsOf } from "./feed.ts";
import { mutant } from "./mutate.ts";

it("makes of a seed always the same mutant, and of another another", async () => {
  const file = await readFile(join(projectRoot(), "samples", "phototest.tif"));
  expect(mutant([file], 7).equals(mutant([file], 7))).toBe(true);
  const made = Array.from({ length: 50 }, (_, seed) => mutant([file], seed).toString("base64"));
  expect(new Set(made).size).toBeGreaterThan(45);
});

it("mutants of real files are accepted or refused in one line, and leave nothing behind", async () => {
  const whole = { name: "whole", bytes: () => readFile(join(projectRoot(), "samples", "phototest.tif")) };
  const mutants = await mutantsOf(Array.from({ length: 16 }, (_, seed) => seed + 2));
  const { accepted, refused } = await feed([...mutants, whole]);
  expect(accepted).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
}, 240_000);
