import { test } from "@playwright/test";
import { type Chaos, type Outcome, startChaos } from "#e2e/support/chaos/run-chaos.ts";
import { inWords, type Scenario, scenarioOf, UNDISTURBED } from "#e2e/support/chaos/scenario.ts";

/** `npm run chaos`: many seeds, and one run of 20,000 tiles. `TESSERA_CHAOS_SEEDS`: how many, or from-to. */

const [from = 1, to = from] = seedsOf(process.env["TESSERA_CHAOS_SEEDS"] ?? "1-24");

const LONGEST_MS = 1_800_000;

test.setTimeout(LONGEST_MS);

function seedsOf(text: string): number[] {
  const numbers = text.split("-").map(Number);
  return numbers.length === 1 ? [1, ...numbers] : numbers;
}

function report(scenario: Scenario, outcome: Outcome): void {
  const figures = Object.entries(outcome).map(([name, value]) => `${name} ${Math.round(value * 10) / 10}`);
  process.stdout.write(`${scenario.name}: ${inWords(scenario)}\n   → ${figures.join(", ")}\n`);
}

test.describe("many seeds", () => {
  let chaos: Chaos;
  test.beforeAll(async () => {
    test.setTimeout(LONGEST_MS);
    chaos = await startChaos(30, 20);
  });
  test.afterAll(async () => {
    await chaos?.close();
  });

  for (let seed = from; seed <= to; seed += 1) {
    const scenario = scenarioOf(seed, 3 + (seed % 3));
    test(scenario.name, async () => report(scenario, await chaos.run(scenario)));
  }
});

/** 5 % refused, 2 % errors, 1 % hanging, two kills and one restart of Postgres. */
const LARGE: Scenario = {
  name: "20,000 tiles",
  processes: 2,
  cap: 48,
  provider: {
    latencyMs: 5,
    jitterMs: 15,
    throttled: 0.05,
    retryAfter: "milliseconds",
    errors: 0.02,
    hangs: 0.01,
    resets: 0,
    cuts: 0,
    truncated: 0,
    wrong: 0,
  },
  enforced: null,
  acts: [
    { at: 0.2, act: { kind: "kill the server" } },
    { at: 0.45, act: { kind: "kill Postgres" } },
    { at: 0.7, act: { kind: "kill the workers" } },
  ],
};

test.describe("twenty thousand tiles", () => {
  let chaos: Chaos;
  test.beforeAll(async () => {
    test.setTimeout(LONGEST_MS);
    chaos = await startChaos(160, 125);
  });
  test.afterAll(async () => {
    await chaos?.close();
  });

  test(LARGE.name, async () => {
    report(UNDISTURBED, chaos.undisturbed);
    report(LARGE, await chaos.run(LARGE));
  });
});
