import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { probeImage } from "#lib/imaging/probe.ts";
import { buildPyramid } from "#lib/imaging/pyramid.ts";
import { makePicture } from "./picture.ts";

/** Peak memory of a build, whatever the size of the picture. */
const MEMORY_LIMIT_MB = 500;
const LOOK_EVERY_MS = 20;

/** `ownMb`: without the pages of files that are mapped, which the system takes back when it wants them. */
type Built = { seconds: number; peakMb: number; ownMb: number };

/**
 * Builds the pyramid of one JPEG as the server does, by a decoder that waits for work, and by the `vips` command line with the same
 * tiles, one after the other. Returns what was missed; leaves our pyramid at `target`.
 */
export async function measurePyramid(folder: string, target: string, side: number): Promise<string[]> {
  const source = join(folder, "source.jpg");
  await makePicture(source, side);
  const probe = await probeImage(source, { maxPixels: side ** 2 });
  const ours = await measure(() => buildPyramid({ source, target, page: 0, probe }));
  const other = join(folder, "vips.tif");
  const theirs = await measure(() => runVips(vipsArguments(source, other))).catch((error: unknown) => {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw error;
  });
  await rm(other, { force: true });
  const megapixels = side ** 2 / 1e6;
  const rowOf = (name: string, { seconds, peakMb, ownMb }: Built) => ({
    pyramid: `${Math.round(megapixels)} megapixels, ${name}`,
    seconds: seconds.toFixed(1),
    "MP/s": (megapixels / seconds).toFixed(1),
    "peak MB": Math.round(peakMb),
    "of its own": Math.round(ownMb),
  });
  console.table([...(theirs ? [rowOf("vips", theirs)] : []), rowOf("Tessera", ours)]);
  if (!theirs) console.log("vips: not measured, as this Debian package is not installed: libvips-tools");
  const missed: string[] = [];
  if (theirs && ours.seconds > theirs.seconds) {
    missed.push(`pyramid: ${ours.seconds.toFixed(1)} s, vips ${theirs.seconds.toFixed(1)} s`);
  }
  if (ours.ownMb > MEMORY_LIMIT_MB) missed.push(`pyramid: ${Math.round(ours.ownMb)} MB, wanted ${MEMORY_LIMIT_MB}`);
  return missed;
}

function vipsArguments(source: string, target: string): string[] {
  const tiles = ["--tile", "--tile-width", "512", "--tile-height", "512", "--pyramid", "--bigtiff"];
  return ["tiffsave", source, target, ...tiles, "--compression", "jpeg", "--Q", "90"];
}

async function runVips(args: readonly string[]): Promise<void> {
  const { PATH } = process.env;
  const child = spawn("vips", args, {
    env: { NODE_ENV: "production", PATH },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const code = await new Promise((resolve, reject) => child.once("close", resolve).once("error", reject));
  if (code !== 0) throw new Error(`vips ended with ${code}`);
}

/** Says how long work took, and how much memory the processes had at most that this one has started for it. */
async function measure(work: () => Promise<unknown>): Promise<Built> {
  let [peakMb, ownMb] = [0, 0];
  const timer = setInterval(() => {
    void memoryOfChildren().then((memory) => {
      peakMb = Math.max(peakMb, memory.all);
      ownMb = Math.max(ownMb, memory.own);
    });
  }, LOOK_EVERY_MS);
  const started = performance.now();
  try {
    await work();
    return { seconds: (performance.now() - started) / 1000, peakMb, ownMb };
  } finally {
    clearInterval(timer);
  }
}

/** Resident memory of the largest child of this process, in megabytes. */
async function memoryOfChildren(): Promise<{ all: number; own: number }> {
  let largest = { all: 0, own: 0 };
  for (const thread of await readdir("/proc/self/task")) {
    const children = await readFile(`/proc/self/task/${thread}/children`, "utf8").catch(() => "");
    for (const pid of children.split(" ").filter(Boolean)) {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      const megabytes = (field: string): number =>
        Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
      const memory = { all: megabytes("VmRSS"), own: megabytes("RssAnon") };
      if (memory.all > largest.all) largest = memory;
    }
  }
  return largest;
}
