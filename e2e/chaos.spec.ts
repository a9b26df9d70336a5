import { test } from "@playwright/test";
import { type Chaos, startChaos } from "#e2e/support/chaos/run-chaos.ts";
import { inWords, scenarioOf } from "#e2e/support/chaos/scenario.ts";

/** The bounded version of `npm run chaos`: two seeds of faults, limits and what is done to a run, everything checked. */

test.setTimeout(180_000);

let chaos: Chaos;
test.beforeAll(async () => {
  chaos = await startChaos(20, 18);
});
test.afterAll(async () => {
  await chaos?.close();
});

for (const seed of [6, 20]) {
  const scenario = scenarioOf(seed, 2);
  test(`${scenario.name}: ${inWords(scenario)}`, async () => {
    await chaos.run(scenario);
  });
}
