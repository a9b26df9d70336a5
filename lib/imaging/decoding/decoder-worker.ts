/** The decoder process: takes jobs about one picture as messages, one at a time, and answers each. Started by `decoders.ts`. */
import { flushCompileCache } from "node:module";
import { dirname } from "node:path";
import sharp from "sharp";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { buildPyramidFile } from "../pyramid/build.ts";
import { writeSamples } from "../samples/write-samples.ts";
import { type Answer, type FailedReply, type Job, jobSchema, type Reply } from "./messages.ts";
import { decodeOverview } from "./overview-pixels.ts";
import { pngDamage } from "./png-damage.ts";
import { probeSource } from "./probe-source.ts";

/** More than any picture that is read as a stream needs; what has to be held whole may be larger. */
const MAX_MEMORY_BYTES = 3 * 1024 ** 3;
const WATCH_MS = 100;
/** Memory that WebAssembly has grown to is not given back: a process that holds more than this is not kept. */
const SPENT_BYTES = 600 * 1024 ** 2;

function say(reply: Reply): void {
  process.send?.(reply);
}

async function work(job: Job): Promise<Answer> {
  // For what libvips lays aside on the way.
  process.env["TMPDIR"] = dirname(job.scratch);
  if (job.kind === "probe") return { kind: "probe", probe: await probeSource(job) };
  if (job.kind === "overview") return { kind: "overview", ...(await decodeOverview(job)) };
  const onProgress = (progress: number): void => say({ kind: "progress", progress });
  if (job.kind === "samples") return { kind: "samples", bands: await writeSamples(job, onProgress) };
  const built = await buildPyramidFile(job, onProgress);
  return { kind: "pyramid", ...built };
}

async function failure(job: Job, error: unknown): Promise<FailedReply> {
  if (error instanceof TesseraError) {
    const { code, message, remedy } = error;
    const known = code === "unsupported-image" || code === "too-large" || code === "storage-failed" ? code : "internal";
    return { kind: "failed", code: known, message, remedy };
  }
  if (/no space left|ENOSPC|EFBIG|write failed|unable to write/i.test(messageOf(error))) {
    return {
      kind: "failed",
      code: "storage-failed",
      message: "the disk is full or refuses to be written",
      remedy: "free space on it",
    };
  }
  return {
    kind: "failed",
    code: "unsupported-image",
    message: `the picture cannot be decoded: ${await reasonOf(job, error)}`,
    remedy: "save it anew as TIFF, PNG or JPEG",
  };
}

/** What we find wrong ourselves where libraries are short of words, else the last line of what they said. */
async function reasonOf(job: Job, error: unknown): Promise<string> {
  const isPng = job.kind !== "probe" && job.source.format === "png";
  const damage = isPng ? await pngDamage(job.source.path).catch(() => null) : null;
  if (damage !== null) return `the PNG ${damage}`;
  const said = messageOf(error).split("\n").at(-1)?.trim() ?? "";
  return said === "" || said === "Unknown error" ? "its decoder stops and does not say why" : said;
}

/** An ordinary exit waits for libvips to finish its picture. */
function endNow(): void {
  process.kill(process.pid, "SIGKILL");
}

sharp.cache(false);
// Whoever asked is gone, or has the answer: nobody would take another.
process.once("disconnect", endNow);
setInterval(() => {
  if (process.memoryUsage.rss() <= MAX_MEMORY_BYTES) return;
  const reply: Reply = {
    kind: "failed",
    code: "too-large",
    message: "decoding the picture needs more memory than is allowed",
    remedy: "save it as a tiled TIFF, which is read piece by piece",
  };
  process.send?.(reply, endNow);
}, WATCH_MS);
process.on("message", (message) => {
  const job = jobSchema.parse(message);
  work(job)
    .then((answer) => say({ kind: "done", answer, isSpent: process.memoryUsage.rss() > SPENT_BYTES }))
    .catch(async (error: unknown) => say(await failure(job, error)))
    // What was compiled for this job need not be compiled by the next process.
    .finally(flushCompileCache);
});
