import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { WORLD_VERSION } from "./migrate.ts";

it("prepares the database for the release of the workflow world that is installed", async () => {
  const { dependencies } = JSON.parse(await readFile("package.json", "utf8"));
  expect(dependencies["@workflow/world-postgres"]).toBe(WORLD_VERSION);
});
