import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { z } from "zod";
import { projectRoot } from "#lib/config/paths.ts";

const lockSchema = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

/** Where Node would find `name` from the package at `path`, innermost first. */
function candidates(path: string, name: string): string[] {
  const folders = path
    .split("/node_modules/")
    .map((_, index, all) => all.slice(0, all.length - index).join("/node_modules/"));
  return [...folders.filter(Boolean).map((folder) => `${folder}/node_modules/${name}`), `node_modules/${name}`];
}

it("locks the packages of every platform: npm ci refuses a lock that has only those of the machine it was written on", async () => {
  const { packages } = lockSchema.parse(JSON.parse(await readFile(join(projectRoot(), "package-lock.json"), "utf8")));
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter((name) => !candidates(path, name).some((key) => key in packages)),
  );
  expect(missing).toEqual([]);
});
