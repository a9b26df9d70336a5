import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { z } from "zod";
import { projectRoot } from "#lib/config/paths.ts";
import {
  type Failure,
  playwrightFailures,
  playwrightSchema,
  playwrightSecondTries,
  vitestFailures,
  vitestSchema,
} from "./failures.ts";

/** Everything that must hold before a change lands. Goes through all of it, then says how much of it did. */

const BIN = join(projectRoot(), "node_modules", ".bin");

type Tally = { passed: number; failures: Failure[]; secondTries?: Failure[] };

/** What a runner that ended badly although no test failed is told of as. */
const outside = (runner: string): Failure => ({
  where: runner,
  title: "outside of any test",
  reason: "It ended with an error; what it printed stands above.",
});

async function run(name: string, args: readonly string[]): Promise<boolean> {
  const env = { ...process.env, PATH: `${BIN}:${process.env["PATH"] ?? ""}`, NEXT_TELEMETRY_DISABLED: "1" };
  const child = spawn(join(BIN, name), args, { cwd: projectRoot(), stdio: ["ignore", "inherit", "inherit"], env });
  const code = await new Promise<number | null>((resolve, reject) =>
    child.once("error", reject).once("close", resolve),
  );
  return code === 0;
}

/** A check that either holds or not. */
async function check(name: string, args: readonly string[]): Promise<Tally> {
  const ok = await run(name, args);
  return { passed: ok ? 1 : 0, failures: ok ? [] : [outside([name, ...args].join(" "))] };
}

async function report<T>(file: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return schema.parse(JSON.parse(await readFile(join(projectRoot(), "test-results", file), "utf8")));
  } catch {
    return null;
  }
}

async function vitest(...projects: string[]): Promise<Tally> {
  const output = ["--reporter=dot", "--reporter=json", "--outputFile.json=test-results/vitest.json"];
  const ok = await run("vitest", ["run", ...projects.map((project) => `--project=${project}`), ...output]);
  const result = await report("vitest.json", vitestSchema);
  if (!result) return { passed: 0, failures: [outside("vitest")] };
  const failures = vitestFailures(result, projectRoot());
  if (failures.length === 0 && !ok) failures.push(outside("vitest"));
  return { passed: result.numPassedTests, failures };
}

async function playwright(...args: readonly string[]): Promise<Tally> {
  const ok = await run("playwright", ["test", ...args]);
  const result = await report("e2e.json", playwrightSchema);
  if (!result) return { passed: 0, failures: [outside("playwright")] };
  const failures = playwrightFailures(result);
  if (failures.length === 0 && !ok) failures.push(outside("playwright"));
  const secondTries = playwrightSecondTries(result);
  return { passed: result.stats.expected + result.stats.flaky, failures, secondTries };
}

const STEPS: Record<string, () => Promise<Tally>> = {
  types: () => check("tsc", ["--noEmit"]),
  lint: () => check("biome", ["check", "--error-on-warnings"]),
  "unused code": () => check("knip", []),
  "migrations match the schema": () => check("node", ["db/check-drift.ts"]),
  "unit and database tests": () => vitest("pure", "unit", "db"),
  build: () => check("node", ["bin/build.ts"]),
  "end to end": () => playwright("--project=beside", "--workers=2"),
  "end to end, timed": () => playwright("--project=alone"),
};

/** What takes long: large counts, many seeds. */
const LONG: Record<string, () => Promise<Tally>> = {
  "large counts": () => vitest("verify"),
  build: () => check("node", ["bin/build.ts"]),
  "many seeds": () => {
    process.env["TESSERA_VERIFY"] = "1";
    return playwright();
  },
};

const started = Date.now();
let passed = 0;
const failures: Failure[] = [];
const secondTries: Failure[] = [];
for (const [name, step] of Object.entries(process.argv.includes("--long") ? LONG : STEPS)) {
  const from = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const tally = await step();
  passed += tally.passed;
  failures.push(...tally.failures);
  secondTries.push(...(tally.secondTries ?? []));
  const seconds = Math.round((Date.now() - from) / 1000);
  process.stdout.write(
    `── ${name}: ${tally.failures.length === 0 ? "good" : `${tally.failures.length} failed`}, ${seconds} s\n`,
  );
}
// Once more at the end: of a long log, that is what is read, and at times all that is kept.
for (const { where, title, reason } of secondTries)
  process.stdout.write(`\n~ ${where}: ${title}: tried twice\n${reason}\n`);
for (const { where, title, reason } of failures) process.stdout.write(`\n✗ ${where}: ${title}\n${reason}\n`);
process.stdout.write(
  `\nin ${Math.round((Date.now() - started) / 1000)} s\n${passed} passed, ${failures.length} failed, ${secondTries.length} tried twice\n`,
);
process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
