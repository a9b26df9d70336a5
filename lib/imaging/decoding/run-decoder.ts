import { type ChildProcess, spawn } from "node:child_process";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { type Lane, throughGate } from "./gate.ts";
import { type Job, type Reply, replySchema } from "./messages.ts";

export type DecoderOptions = {
  lane: Lane;
  timeoutMs: number;
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: number) => void) | undefined;
};

/** What a decoder wrote to its error output is kept from its end, for the log. */
const MAX_COMPLAINT = 4096;

type Finished = Extract<Reply, { kind: "probe" | "overview" | "pyramid" }>;

/**
 * Runs one job in a decoder process of its own, so that a hostile picture costs that process and not the server: it is killed
 * when it takes too long or the signal fires, and stops itself when it needs too much memory or the server dies. Its scratch
 * files are gone afterwards. Throws `unsupported-image`, `too-large`, `storage-failed`, or the signal's reason.
 */
export async function runDecoder(job: Job, options: DecoderOptions): Promise<Finished> {
  return throughGate(
    options.lane,
    async () => {
      try {
        return await converse(startProcess(job), job, options);
      } finally {
        await removeScratch(job.scratch);
      }
    },
    options.signal,
  );
}

function startProcess(job: Job): ChildProcess {
  // By a path from the root: bundled code has no file of its own to start, and the bundler must not take this one in.
  return spawn(process.execPath, [join(projectRoot(), "lib", "imaging", "decoding", "decoder-worker.ts")], {
    serialization: "advanced",
    // Nothing of the server's environment: it holds keys. Two arenas keep the memory of many threads from fragmenting.
    env: { NODE_ENV: "production", MALLOC_ARENA_MAX: "2", TMPDIR: dirname(job.scratch) },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
}

function converse(child: ChildProcess, job: Job, options: DecoderOptions): Promise<Finished> {
  return new Promise<Finished>((resolve, reject) => {
    let answer: (() => void) | null = null;
    const killWith = (reason: unknown): void => {
      answer ??= () => reject(reason);
      child.kill("SIGKILL");
    };
    const onAbort = (): void => killWith(options.signal?.reason);
    const timer = setTimeout(() => {
      const seconds = Math.round(options.timeoutMs / 1000);
      killWith(new TesseraError("too-large", `the picture was not decoded within ${seconds} seconds`));
    }, options.timeoutMs);
    options.signal?.addEventListener("abort", onAbort, { once: true });
    if (options.signal?.aborted) onAbort();

    let complaint = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-MAX_COMPLAINT);
    });
    child.on("message", (message) => {
      const reply = replySchema.parse(message);
      if (reply.kind === "progress") options.onProgress?.(reply.progress);
      else if (reply.kind === "failed") answer ??= () => reject(asError(reply));
      else answer ??= () => resolve(reply);
    });
    child.once("error", (error) => {
      answer ??= () => reject(new TesseraError("internal", "the decoder could not be started", { cause: error }));
    });
    // `close` comes after every message has been read.
    child.once("close", (code, signalName) => {
      clearTimeout(timer);
      options.signal?.removeEventListener("abort", onAbort);
      if (answer) answer();
      else reject(died(code, signalName, complaint));
    });
    child.send(job, (error) => {
      if (error) killWith(new TesseraError("internal", "the decoder took no job", { cause: error }));
    });
  });
}

function asError(reply: Extract<Reply, { kind: "failed" }>): TesseraError {
  return new TesseraError(reply.code, reply.message, reply.remedy === undefined ? {} : { remedy: reply.remedy });
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
