import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
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
  "package-lock.json",
  "tsconfig.json",
];

const MARK = join(".next", "tessera-sources");

async function hashOf(path: string, hash: ReturnType<typeof createHash>): Promise<void> {
  const info = await stat(path).catch(() => null);
  if (!info) return;
  if (info.isDirectory()) {
    for (const name of (await readdir(path)).sort()) await hashOf(join(path, name), hash);
    return;
  }
  if (/\.test\.tsx?$/.test(path)) return;
  hash.update(path).update(await readFile(path));
}

async function sourcesHash(): Promise<string> {
  const hash = createHash("sha256");
  for (const source of SOURCES) await hashOf(join(projectRoot(), source), hash);
  return hash.digest("hex");
}

/** Builds the web for production where the last build is of other sources. Needs no database. */
export async function buildIfStale(log: (line: string) => void): Promise<void> {
  const wanted = await sourcesHash();
  const built = await readFile(join(projectRoot(), MARK), "utf8").catch(() => "");
  if (built === wanted) return;
  log("building the web (once; a minute or less) …");
  const next = join(projectRoot(), "node_modules", "next", "dist", "bin", "next");
  const env = { ...process.env, NODE_ENV: "production" as const, NEXT_TELEMETRY_DISABLED: "1" };
  const child = spawn(process.execPath, [next, "build"], {
    cwd: projectRoot(),
    env,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  if (code !== 0) throw new TesseraError("internal", `the build failed:\n${output.trim()}`);
  await writeFile(join(projectRoot(), MARK), wanted);
}

if (import.meta.main) await buildIfStale((line) => process.stdout.write(`${line}\n`));
