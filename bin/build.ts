import { spawn } from "node:child_process";
import { createHash, type Hash } from "node:crypto";
import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectRoot } from "#lib/config/paths.ts";
import { takePidLock } from "#lib/config/pid-lock.ts";
import { TesseraError } from "#lib/core/errors.ts";

/** What the build is made from. */
const SOURCES = [
  "app",
  "components",
  "lib",
  "workflows",
  "db",
  "public",
  "instrumentation.ts",
  "proxy.ts",
  "next.config.ts",
  "postcss.config.mjs",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];

/** The workflow compiler writes its endpoints below `app/`; tests are no part of the web. */
const NOT_SOURCES = /\/app\/\.well-known$|\.test\.tsx?$/;

async function addToHash(path: string, hash: Hash): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (!info || NOT_SOURCES.test(path)) return;
  if (info.isDirectory()) {
    for (const name of (await readdir(path)).sort()) await addToHash(join(path, name), hash);
    return;
  }
  hash.update(path).update(await readFile(path));
}

async function sourcesHash(root: string): Promise<string> {
  const hash = createHash("sha256");
  for (const source of SOURCES) await addToHash(join(root, source), hash);
  return hash.digest("hex");
}

async function runNext(root: string, signal: AbortSignal | undefined): Promise<void> {
  const next = join(root, "node_modules", "next", "dist", "bin", "next");
  const child = spawn(process.execPath, [next, "build"], {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1", NO_COLOR: "1" },
    stdio: ["ignore", "pipe", "pipe"],
    ...(signal && { signal }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  child.on("error", (error) => (output += error.message));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  signal?.throwIfAborted();
  if (code !== 0) throw new TesseraError("internal", `the build failed:\n${output.trim()}`);
}

/** Next empties its own folder when it builds, so the lock is elsewhere. */
async function buildLock(root: string): Promise<() => Promise<void>> {
  const folder = join(root, "node_modules", ".cache");
  await mkdir(folder, { recursive: true });
  for (;;) {
    const lock = await takePidLock(join(folder, "tessera-build.lock"));
    if ("release" in lock) return lock.release;
    await sleep(500);
  }
}

/**
 * Builds the web for production where the last build is of other sources, or broke off. Needs no database. Processes that ask at
 * once wait for one build.
 */
export async function buildIfStale(log: (line: string) => void, signal?: AbortSignal): Promise<void> {
  const root = projectRoot();
  const mark = join(root, ".next", "tessera-sources");
  const release = await buildLock(root);
  try {
    const wanted = await sourcesHash(root);
    if ((await readFile(mark, "utf8").catch(() => "")) === wanted) return;
    log("building the web (once; a minute or less) …");
    await rm(mark, { force: true });
    await runNext(root, signal);
    await writeFile(mark, wanted);
  } finally {
    await release();
  }
}

if (import.meta.main) await buildIfStale((line) => process.stdout.write(`${line}\n`));
