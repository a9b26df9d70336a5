import { globSync } from "node:fs";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "@playwright/test";
import { endsWell, startUnderLoad, startWithOwnPostgres, type WithOwnPostgres } from "#e2e/support/away.ts";
import { jumpClock } from "#e2e/support/clock.ts";

/** The whole machine's clock jumps: the database's, as `disruptions.spec.ts` does, and the server's by Debian's `libfaketime`. */

test.setTimeout(600_000);

const [library] = globSync("/usr/lib/*/faketime/libfaketimeMT.so.1");

let folder: string;
let clock: string;
let setting: WithOwnPostgres;
test.beforeAll(async () => {
  if (!library) return;
  folder = await mkdtemp(join(tmpdir(), "tessera-clock-"));
  clock = join(folder, "offset");
  await writeFile(clock, "+0\n");
  setting = await startWithOwnPostgres(24, 20, {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: clock,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  });
});
test.afterAll(async () => {
  await setting?.close();
  if (folder) await rm(folder, { recursive: true, force: true });
});

let offset = 0;
for (const hours of [2, -2]) {
  test(`${Math.abs(hours)} hours ${hours > 0 ? "ahead" : "back"}, while the run sleeps until it may ask again: it goes on`, async () => {
    test.skip(!library, "it takes libfaketime (apt-get install libfaketime)");
    const { provider, postgres } = setting;
    const run = await startUnderLoad(setting);
    provider.set({ behaviour: () => ({ kind: "status", status: 429, headers: { "retry-after": "5" } }) });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    offset += hours;
    await writeFile(clock, `${offset < 0 ? "" : "+"}${offset}h\n`);
    await jumpClock(postgres, hours);
    provider.set({ behaviour: () => ({ kind: "ok" }) });
    await endsWell(setting, run);
  });
}
