import { test } from "@playwright/test";
import { startWithOwnPostgres, testsOfAnAbsence, type WithOwnPostgres } from "#e2e/support/away.ts";

/** What `disruptions.spec.ts` does for seconds, for a minute. */

test.setTimeout(300_000);

let setting: WithOwnPostgres;
test.beforeAll(async () => {
  setting = await startWithOwnPostgres(40, 30);
});
test.afterAll(async () => {
  await setting?.close();
});

testsOfAnAbsence(() => setting, 60_000);
