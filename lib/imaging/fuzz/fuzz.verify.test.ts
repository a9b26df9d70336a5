import { existsSync, readdirSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { projectRoot } from "#lib/config/paths.ts";
import { feed, mutantsOf } from "./feed.ts";

/** Files that broke other programs, as others published them; the test runs where they lie beside the project. */
const HOSTILE = join(process.env["TESSERA_TEST_DATA"] ?? join(projectRoot(), "..", "shared", "data"), "hostile");
const hostile = existsSync(HOSTILE) ? readdirSync(HOSTILE).sort() : [];

it("2,000 mutants of real files are accepted or refused in one line, and leave nothing behind", async () => {
  const { accepted, refused } = await feed(await mutantsOf(Array.from({ length: 2000 }, (_, seed) => 1000 + seed)));
  expect(accepted).toBeGreaterThan(100);
  expect(refused).toBeGreaterThan(100);
}, 7_200_000);

it.skipIf(hostile.length === 0)("so are files that broke other programs", async () => {
  const { accepted, refused } = await feed(
    hostile.map((name) => ({ name, bytes: () => readFile(join(HOSTILE, name)) })),
  );
  expect(accepted + refused).toBe(hostile.length);
  expect(refused).toBeGreaterThan(15);
});
