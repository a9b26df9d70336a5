import { spawn } from "node:child_process";
import { readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { probeImage } from "#lib/imaging/probe.ts";
import { buildPyramid } from "#lib/imaging/pyramid.ts";
import { makePicture } from "./picture.ts";

/** Peak memory of a build, whatever the size of the picture. */
const MEMORY_LIMIT_MB = 500;
const LOOK_EVERY_MS = 20;

/** `cpu` are seconds of all cores; `ownMb` is without the pages of files that are mapped, which the system takes back when it wants them. */
type Built = { seconds: number; cpu: number; peakMb: number; ownMb: number };

/** The system's clock of processor time has so many ticks a second. */
const TICKS = 100;

/**
 * Builds the pyramid of one JPEG as the server does, by a decoder that waits for work, and by the `vips` command line with the same
 * tiles, one after the other, `rounds` times: medians count, and of seconds those of the processor too, as those on the wall depend on
 * what else the machine does. Returns what was missed; leaves our pyramid at `target`.
 */
export async function measurePyramid(
  folder: string,
  target: string,
  { side, rounds }: { side: number; rounds: number },
): Promise<string[]> {
  const source = join(folder, "source.jpg");
  await makePicture(source, side);
  const probe = await probeImage(source, { maxPixels: side ** 2 });
  const other = join(folder, "vips.tif");
  const [ourRounds, theirRounds]: [Built[], Built[]] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    await rm(target, { force: true });
    ourRounds.push(await measure(() => buildPyramid({ source, target, page: 0, probe })));
    const built = await measure(() => runVips(vipsArguments(source, other))).catch((error: unknown) => {
      if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
      throw error;
    });
    await rm(other, { force: true });
    if (built) theirRounds.push(built);
  }
  const megapixels = side ** 2 / 1e6;
  const rowOf = (name: string, { seconds, cpu, peakMb, ownMb }: Built) => ({
    pyramid: `${Math.round(megapixels)} megapixels, ${name}`,
    seconds: seconds.toFixed(1),
    "of processor": cpu.toFixed(1),
    "MP/s": (megapixels / seconds).toFixed(1),
    "peak MB": Math.round(peakMb),
    "of its own": Math.round(ownMb),
  });
  const ours = summary(ourRounds);
  const theirs = theirRounds.length > 0 ? summary(theirRounds) : null;
  console.table([...(theirs ? [rowOf("vips", theirs)] : []), rowOf("Tessera", ours)]);
  if (!theirs) console.log("vips: not measured, as this Debian package is not installed: libvips-tools");
  const ratios = ourRounds.flatMap((built, round) => {
    const beside = theirRounds[round];
    return beside ? [built.seconds / beside.seconds] : [];
  });
  if (ratios.length > 0)
    console.log(`seconds, Tessera / vips, round by round: ${ratios.map((ratio) => ratio.toFixed(2)).join(" ")}`);
  const missed: string[] = [];
  if (ratios.length > 0 && median(ratios) > 1)
    missed.push(`pyramid: ${median(ratios).toFixed(2)} of the seconds of vips`);
  if (ours.ownMb > MEMORY_LIMIT_MB) missed.push(`pyramid: ${Math.round(ours.ownMb)} MB, wanted ${MEMORY_LIMIT_MB}`);
  return missed;
}

/** Medians of the times, and the most memory. */
function summary(rounds: readonly Built[]): Built {
  return {
    seconds: median(rounds.map(({ seconds }) => seconds)),
    cpu: median(rounds.map(({ cpu }) => cpu)),
    peakMb: Math.max(...rounds.map(({ peakMb }) => peakMb)),
    ownMb: Math.max(...rounds.map(({ ownMb }) => ownMb)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
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
  // A decoder is there before it is given work: what it has used until then does not count.
  const used = new Map((await children()).map(({ pid, cpu }) => [pid, { before: cpu, now: cpu }]));
  const look = async (): Promise<void> => {
    for (const { pid, all, own, cpu } of await children()) {
      peakMb = Math.max(peakMb, all);
      ownMb = Math.max(ownMb, own);
      used.set(pid, { before: used.get(pid)?.before ?? 0, now: cpu });
    }
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  const started = performance.now();
  try {
    await work();
    const seconds = (performance.now() - started) / 1000;
    await look();
    const cpu = [...used.values()].map(({ before, now }) => now - before).reduce((sum, each) => sum + each, 0);
    return { seconds, cpu, peakMb, ownMb };
  } finally {
    clearInterval(timer);
  }
}

/** Processor seconds and resident memory, in megabytes, of the children of this process. */
async function children(): Promise<{ pid: string; all: number; own: number; cpu: number }[]> {
  const found: { pid: string; all: number; own: number; cpu: number }[] = [];
  for (const thread of await readdir("/proc/self/task")) {
    const pids = await readFile(`/proc/self/task/${thread}/children`, "utf8").catch(() => "");
    for (const pid of pids.split(" ").filter(Boolean)) {
      const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
      const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
      const [, , , , , , , , , , , user = "0", system = "0"] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (stat === "") continue;
      const megabytes = (field: string): number =>
        Number(new RegExp(`${field}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
      const cpu = (Number(user) + Number(system)) / TICKS;
      found.push({ pid, all: megabytes("VmRSS"), own: megabytes("RssAnon"), cpu });
    }
  }
  return found;
}
