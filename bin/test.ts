import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { projectRoot } from "#lib/config/paths.ts";

/** Everything that must hold before a change lands. Goes through all of it, then says how much of it did. */

const BIN = join(projectRoot(), "node_modules", ".bin");

type Tally = { passed: number; failed: number };

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
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1 };
}

const vitestSchema = z.object({
  numPassedTests: z.number(),
  numFailedTests: z.number(),
  numFailedTestSuites: z.number(),
});
const playwrightSchema = z.object({
  stats: z.object({ expected: z.number(), unexpected: z.number(), flaky: z.number() }),
});

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
  if (!result) return { passed: 0, failed: 1 };
  const failed = Math.max(result.numFailedTests, result.numFailedTestSuites > 0 ? 1 : 0, ok ? 0 : 1);
  return { passed: result.numPassedTests, failed };
}

async function playwright(...args: readonly string[]): Promise<Tally> {
  const ok = await run("playwright", ["test", ...args]);
  const result = await report("e2e.json", playwrightSchema);
  if (!result) return { passed: 0, failed: 1 };
  return { passed: result.stats.expected + result.stats.flaky, failed: Math.max(result.stats.unexpected, ok ? 0 : 1) };
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
const total: Tally = { passed: 0, failed: 0 };
for (const [name, step] of Object.entries(process.argv.includes("--long") ? LONG : STEPS)) {
  const from = Date.now();
  process.stdout.write(`\n── ${name}\n`);
  const tally = await step();
  total.passed += tally.passed;
  total.failed += tally.failed;
  const seconds = Math.round((Date.now() - from) / 1000);
  process.stdout.write(`── ${name}: ${tally.failed === 0 ? "good" : `${tally.failed} failed`}, ${seconds} s\n`);
}
process.stdout.write(
  `\nin ${Math.round((Date.now() - started) / 1000)} s\n${total.passed} passed, ${total.failed} failed\n`,
);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
