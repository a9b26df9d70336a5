import { test } from "@playwright/test";
import { type Chaos, faultsOf, startChaos } from "#e2e/support/chaos.ts";

/** The bounded version of `npm run chaos`: two seeds of faults and kills, everything checked. */

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

let chaos: Chaos;
test.beforeAll(async () => {
  chaos = await startChaos(20, 15);
});
test.afterAll(async () => {
  await chaos?.close();
});

test("undisturbed", () => chaos.undisturbed());

for (const seed of [1, 2]) {
  test(`seed ${seed}: throttled, failing, hanging, killed once, and everything holds`, async () => {
    await chaos.run(faultsOf(seed, 1));
  });
}
