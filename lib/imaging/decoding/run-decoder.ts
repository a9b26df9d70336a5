import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { TesseraError } from "#lib/core/errors.ts";
import { type Decoder, endDecoder, keepDecoder, readyDecoder, takeDecoder } from "./decoders.ts";
import { type Lane, throughGate } from "./gate.ts";
import { type Answer, type FailedReply, type Job, type Reply, replySchema } from "./messages.ts";

export type DecoderOptions = {
  lane: Lane;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: number) => void) | undefined;
};

/**
 * Runs one job in a decoder process, which sees no other picture, so that a hostile one costs that process and not the server: it is
 * killed when it takes too long, fails or the signal fires, and stops itself when it needs too much memory or the server dies. Its
 * scratch files are gone afterwards. Throws `unsupported-image`, `too-large`, `storage-failed`, or the signal's reason.
 */
export async function runDecoder(job: Job, options: DecoderOptions): Promise<Answer> {
  return throughGate(
    options.lane,
    async () => {
      try {
        return await converse(job, options);
      } finally {
        readyDecoder();
        await removeScratch(job.scratch);
      }
    },
    options.signal,
  );
}

async function converse(job: Job, options: DecoderOptions): Promise<Answer> {
  options.signal?.throwIfAborted();
  const picture = job.kind === "probe" ? job.path : job.source.path;
  const decoder = takeDecoder(picture);
  const { answer, isSpent } = await ask(decoder, job, options);
  if (isSpent) endDecoder(decoder);
  else keepDecoder(picture, decoder);
  return answer;
}

/** Resolves once the decoder has answered; rejects once it has ended, as it does where it fails. */
function ask(decoder: Decoder, job: Job, options: DecoderOptions): Promise<Extract<Reply, { kind: "done" }>> {
  const { child } = decoder;
  return new Promise((resolve, reject) => {
    let failure: { reason: unknown } | null = null;
    const endWith = (reason: unknown): void => {
      failure ??= { reason };
      endDecoder(decoder);
    };
    const onAbort = (): void => endWith(options.signal?.reason);
    const timer = setTimeout(() => {
      const seconds = Math.round(options.timeoutMs / 1000);
      endWith(new TesseraError("too-large", `the picture was not decoded within ${seconds} seconds`));
    }, options.timeoutMs);
    const onMessage = (message: unknown): void => {
      const { data: reply } = replySchema.safeParse(message);
      if (!reply) endWith(senseless());
      else if (reply.kind === "progress") options.onProgress?.(reply.progress);
      else if (reply.kind === "failed") endWith(asError(reply));
      else if (!failure) {
        leave();
        resolve(reply);
      }
    };
    // `close` comes after every message has been read.
    const onClose = (code: number | null, signalName: NodeJS.Signals | null): void => {
      leave();
      reject(failure ? failure.reason : died(code, signalName, decoder.complaint));
    };
    const leave = (): void => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      child.off("message", onMessage).off("close", onClose);
    };
    options.signal?.addEventListener("abort", onAbort, { once: true });
    child.on("message", onMessage).on("close", onClose);
    child.send(job, (error) => {
      if (error) endWith(new TesseraError("internal", "the decoder took no job", { cause: error }));
    });
  });
}

function asError(reply: FailedReply): TesseraError {
  return new TesseraError(reply.code, reply.message, reply.remedy === undefined ? {} : { remedy: reply.remedy });
}

/** What a picture makes the decoder say is not trusted: nothing that it says may end the server. */
function senseless(): TesseraError {
  const message = "decoding the picture led to an answer without sense";
  return new TesseraError("unsupported-image", message, { remedy: "save it anew as TIFF, PNG or JPEG" });
}

/** A signal is what the picture did to the decoder; ending by itself without an answer is our own fault. */
function died(code: number | null, signalName: NodeJS.Signals | null, complaint: string): TesseraError {
  const cause = complaint === "" ? undefined : new Error(complaint);
  if (signalName === null) {
    return new TesseraError("internal", `the decoder ended without an answer (code ${code})`, { cause });
  }
  const message = `decoding the picture ended abnormally (${signalName})`;
  return new TesseraError("unsupported-image", message, { remedy: "save it anew as TIFF, PNG or JPEG", cause });
}

async function removeScratch(scratch: string): Promise<void> {
  const prefix = `${basename(scratch)}.`;
  for (const name of await readdir(dirname(scratch)).catch(() => [])) {
    if (name.startsWith(prefix)) await rm(join(dirname(scratch), name), { recursive: true, force: true });
  }
}
