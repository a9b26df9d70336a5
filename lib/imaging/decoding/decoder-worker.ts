/** The decoder process: takes one job as a message, answers, and ends. Started by `run-decoder.ts`. */
import sharp from "sharp";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { buildPyramidFile } from "../pyramid/build.ts";
import { type FailedReply, type Job, jobSchema, type Reply } from "./messages.ts";
import { decodeOverview } from "./overview-pixels.ts";
import { probeSource } from "./probe-source.ts";

/** More than any picture that is read as a stream needs; what has to be held whole may be larger. */
const MAX_MEMORY_BYTES = 3 * 1024 ** 3;
const WATCH_MS = 100;

function answer(reply: Reply): void {
  process.send?.(reply, () => process.disconnect());
}

async function work(job: Job): Promise<Reply> {
  if (job.kind === "probe") return { kind: "probe", probe: await probeSource(job) };
  if (job.kind === "overview") return { kind: "overview", ...(await decodeOverview(job)) };
  const built = await buildPyramidFile(job, (progress) =>
    process.send?.({ kind: "progress", progress } satisfies Reply),
  );
  return { kind: "pyramid", ...built };
}

function failure(error: unknown): FailedReply {
  if (error instanceof TesseraError) {
    const { code, message, remedy } = error;
    const known = code === "unsupported-image" || code === "too-large" || code === "storage-failed" ? code : "internal";
    return { kind: "failed", code: known, message, remedy };
  }
  const message = messageOf(error).split("\n").at(-1)?.trim() ?? "";
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
    message: `the picture cannot be decoded: ${message}`,
    remedy: "save it anew as TIFF, PNG or JPEG",
  };
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
process.once("message", (message) => {
  work(jobSchema.parse(message)).then(answer, (error: unknown) => answer(failure(error)));
});
