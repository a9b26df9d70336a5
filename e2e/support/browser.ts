import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { chromium, type LaunchOptions } from "@playwright/test";
import sparticuz, { inflate } from "@sparticuz/chromium";

/** Flags that keep a test browser to itself: no sandbox (it may run as root), no connections of its own, software WebGL. */
const ARGS = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--disable-quic",
  "--no-first-run",
  "--ignore-gpu-blocklist",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--enable-unsafe-swiftshader",
];

/** The first browser there is: Playwright's own, the system's Chromium, or the one that a package brings along. */
export async function browserLaunch(): Promise<LaunchOptions> {
  const own = chromium.executablePath();
  if (existsSync(own)) return { args: ARGS };
  const system = (process.env["PATH"] ?? "")
    .split(delimiter)
    .flatMap((folder) => ["chromium", "chromium-browser", "google-chrome"].map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (system) return { executablePath: system, args: ARGS };

  const executablePath = await sparticuz.executablePath();
  const libraries = join(tmpdir(), "al2023", "lib");
  if (!existsSync(libraries)) {
    const { resolve } = createRequire(import.meta.url);
    await inflate(join(dirname(resolve("@sparticuz/chromium")), "..", "bin", "al2023.tar.br"));
  }
  const env = {
    ...process.env,
    LD_LIBRARY_PATH: [libraries, process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
  };
  return { executablePath, args: ["--headless=shell", ...ARGS], env: definedOnly(env) };
}

function definedOnly(env: Record<string, string | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
