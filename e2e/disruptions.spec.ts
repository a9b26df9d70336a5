import { test } from "@playwright/test";
import {
  endsWell,
  startUnderLoad,
  startWithOwnPostgres,
  testsOfAnAbsence,
  type WithOwnPostgres,
} from "#e2e/support/away.ts";
import { jumpClock } from "#e2e/support/clock.ts";

/** What an operator's own Postgres may do to a run. */

test.describe.configure({ mode: "serial" });
test.setTimeout(180_000);

let setting: WithOwnPostgres;
test.beforeAll(async () => {
  setting = await startWithOwnPostgres(24, 20);
});
test.afterAll(async () => {
  await setting?.close();
});

testsOfAnAbsence(() => setting, 12_000);

for (const hours of [2, -2]) {
  test(`the clock jumps ${Math.abs(hours)} hours ${hours > 0 ? "ahead" : "back"} in the middle of a run: it goes on`, async () => {
    const { provider, postgres } = setting;
    provider.set({ behaviour: ({ number }) => (number % 9 === 0 ? { kind: "status", status: 429 } : { kind: "ok" }) });
    const run = await startUnderLoad(setting);
    await jumpClock(postgres, hours);
    await endsWell(setting, run);
    provider.set({ behaviour: () => ({ kind: "ok" }) });
  });
}
