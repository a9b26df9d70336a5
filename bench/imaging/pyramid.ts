import { type ChildProcess, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { buildPyramidFile } from "#lib/imaging/pyramid/build.ts";
import { makePicture } from "./picture.ts";

/** Peak memory of a build, whatever the size of the picture. */
const MEMORY_LIMIT_MB = 500;
const LOOK_EVERY_MS = 20;

type Built = { seconds: number; peakMb: number };

/**
 * Builds the pyramid of one JPEG by our decoder's code, in a process of its own with that one's environment, and by the `vips` command
 * line with the same tiles, one after the other. Returns what was missed; leaves our pyramid at `target`.
 */
export async function measurePyramid(folder: string, target: string, side: number): Promise<string[]> {
  const source = join(folder, "source.jpg");
  await makePicture(source, side);
  const ours = await measure(process.execPath, [import.meta.filename, source, target, String(side)], {
    MALLOC_ARENA_MAX: "2",
  });
  const other = join(folder, "vips.tif");
  const theirs = await measure("vips", vipsArguments(source, other)).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  await rm(other, { force: true });
  const megapixels = side ** 2 / 1e6;
  const rowOf = (name: string, { seconds, peakMb }: Built) => ({
    pyramid: `${Math.round(megapixels)} megapixels, ${name}`,
    seconds: seconds.toFixed(1),
    "MP/s": (megapixels / seconds).toFixed(1),
    "peak MB": Math.round(peakMb),
  });
  console.table([...(theirs ? [rowOf("vips", theirs)] : []), rowOf("Tessera", ours)]);
  if (!theirs) console.log("vips: not measured, as this Debian package is not installed: libvips-tools");
  const missed: string[] = [];
  if (theirs && ours.seconds > theirs.seconds) {
    missed.push(`pyramid: ${ours.seconds.toFixed(1)} s, vips ${theirs.seconds.toFixed(1)} s`);
  }
  if (ours.peakMb > MEMORY_LIMIT_MB) missed.push(`pyramid: ${Math.round(ours.peakMb)} MB, wanted ${MEMORY_LIMIT_MB}`);
  return missed;
}

function vipsArguments(source: string, target: string): string[] {
  const tiles = ["--tile", "--tile-width", "512", "--tile-height", "512", "--pyramid", "--bigtiff"];
  return ["tiffsave", source, target, ...tiles, "--compression", "jpeg", "--Q", "90"];
}

/** Runs a program, and says how long it took and how much memory it had at most. Throws where it fails. */
async function measure(program: string, args: readonly string[], env: Record<string, string> = {}): Promise<Built> {
  const started = performance.now();
  const { PATH } = process.env;
  const child = spawn(program, args, {
    env: { NODE_ENV: "production", PATH, ...env },
    stdio: ["ignore", "ignore", "inherit"],
  });
  let peakMb = 0;
  const timer = setInterval(() => {
    void peakOf(child).then((mb) => {
      peakMb = Math.max(peakMb, mb);
    });
  }, LOOK_EVERY_MS);
  try {
    const code = await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
    if (code !== 0) throw new Error(`${program} ended with ${code}`);
  } finally {
    clearInterval(timer);
  }
  return { seconds: (performance.now() - started) / 1000, peakMb };
}

/** Most memory that a process had so far, in megabytes; 0 where it has ended. */
async function peakOf(child: ChildProcess): Promise<number> {
  const status = await readFile(`/proc/${child.pid}/status`, "utf8").catch(() => "");
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024;
}

if (process.argv[1] === import.meta.filename) {
  const [source = "", target = "", side = ""] = process.argv.slice(2);
  const picture = { path: source, page: 0, width: Number(side), height: Number(side), format: "jpeg" } as const;
  const job = { kind: "pyramid", source: picture, scratch: target, target, micronsPerPixel: null } as const;
  await buildPyramidFile(job, () => undefined);
}
