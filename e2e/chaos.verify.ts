import { test } from "@playwright/test";
import { type Chaos, faultsOf, startChaos } from "#e2e/support/chaos.ts";

/** `npm run chaos`: many seeds of faults and kills, and one run of 20,000 tiles. */

const SEEDS = Number(process.env["TESSERA_CHAOS_SEEDS"] ?? 20);

test.describe.configure({ mode: "serial" });
test.setTimeout(1_800_000);

test.describe("many seeds", () => {
  let chaos: Chaos;
  test.beforeAll(async () => {
    chaos = await startChaos(30, 20);
  });
  test.afterAll(async () => {
    await chaos?.close();
  });

  test("undisturbed", () => chaos.undisturbed());

  for (let seed = 1; seed <= SEEDS; seed += 1) {
    test(`seed ${seed}`, async () => {
      const faults = faultsOf(seed, 1 + (seed % 3));
      const { seconds, calls, repeated, refused } = await chaos.run(faults);
      const kills = faults.kills.map(({ postgres }) => (postgres ? "server and Postgres" : "server")).join(", ");
      process.stdout.write(
        `seed ${seed}: cap ${faults.cap}, killed ${kills}: ${seconds.toFixed(1)} s, ${calls} calls, ${refused} refused, ${repeated} repeated\n`,
      );
    });
  }
});

test.describe("twenty thousand tiles", () => {
  let chaos: Chaos;
  test.beforeAll(async () => {
    chaos = await startChaos(160, 125);
  });
  test.afterAll(async () => {
    await chaos?.close();
  });

  test("undisturbed", () => chaos.undisturbed());

  test("5 % refused, 2 % errors, 1 % hanging, two kills, one of them with Postgres", async () => {
    const outcome = await chaos.run({
      throttled: 0.05,
      retryAfter: true,
      errors: 0.02,
      hangs: 0.01,
      resets: 0,
      allows: Number.POSITIVE_INFINITY,
      latencyMs: 20,
      cap: 48,
      kills: [
        { afterMs: 30_000, postgres: false },
        { afterMs: 30_000, postgres: true },
      ],
    });
    process.stdout.write(`20,000 tiles: ${JSON.stringify(outcome)}\n`);
  });
});
