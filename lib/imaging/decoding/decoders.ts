import { type ChildProcess, spawn } from "node:child_process";
import { Socket } from "node:net";
import { join } from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
import { processWide } from "#lib/process-wide.ts";

/**
 * Decoder processes. One sees one picture only, in as many jobs as are asked about it in a row; so what a hostile picture may do to
 * its process reaches no other picture. One that has seen none yet is kept ready, as starting takes longer than most jobs.
 */
export type Decoder = {
  readonly child: ChildProcess;
  /** The end of what it wrote to its error output, for the log. */
  complaint: string;
};

type Resting = { decoder: Decoder; timer: NodeJS.Timeout };
type Decoders = { ready: Resting | null; kept: Map<string, Resting> };

const MAX_COMPLAINT = 4096;
/** How long one waits for the next job about its picture, and one that has seen none for the next picture. */
const KEPT_MS = 3000;
const READY_MS = 10_000;
/** Each that waits holds some hundred megabytes. */
const MAX_KEPT = 2;

/** A decoder that has seen `picture` or none, for one job. It belongs to the caller, who keeps it or ends it. */
export function takeDecoder(picture: string): Decoder {
  const decoders = theDecoders();
  const seen = awake(decoders.kept.get(picture));
  decoders.kept.delete(picture);
  if (seen) return seen;
  const ready = awake(decoders.ready);
  decoders.ready = null;
  return ready ?? start();
}

/**
 * Starts the decoder of the next picture, where none is ready. To be called once a job is over: starting takes half a second of a
 * core, which the job would lack meanwhile.
 */
export function readyDecoder(): void {
  const decoders = theDecoders();
  if (decoders.ready?.decoder.child.connected) return;
  const resting = rest(start(), READY_MS, () => {
    if (decoders.ready === resting) decoders.ready = null;
  });
  decoders.ready = resting;
}

/** Lays a decoder by that has done a job about `picture`, for the next. */
export function keepDecoder(picture: string, decoder: Decoder): void {
  const { kept } = theDecoders();
  for (const [other, { decoder: ended }] of kept) {
    if (kept.size < MAX_KEPT && other !== picture) break;
    kept.delete(other);
    endDecoder(ended);
  }
  const resting = rest(decoder, KEPT_MS, () => {
    if (kept.get(picture) === resting) kept.delete(picture);
  });
  kept.set(picture, resting);
}

/** Ends a decoder at once, whatever it does. */
export function endDecoder({ child }: Decoder): void {
  child.kill("SIGKILL");
}

function theDecoders(): Decoders {
  return processWide("decoders", () => ({ ready: null, kept: new Map() }));
}

function start(): Decoder {
  // By a path from the root: bundled code has no file of its own to start, and the bundler must not take this one in.
  const child = spawn(process.execPath, [join(projectRoot(), "lib", "imaging", "decoding", "decoder-worker.ts")], {
    serialization: "advanced",
    // Nothing of the server's environment: it holds keys. Two arenas keep the memory of many threads from fragmenting.
    env: {
      NODE_ENV: "production",
      MALLOC_ARENA_MAX: "2",
      NODE_COMPILE_CACHE: join(projectRoot(), "node_modules", ".cache", "tessera-code"),
    },
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  const decoder: Decoder = { child, complaint: "" };
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    decoder.complaint = (decoder.complaint + text).slice(-MAX_COMPLAINT);
  });
  child.on("error", (error) => {
    decoder.complaint ||= error.message;
  });
  return decoder;
}

/** Has a decoder wait without keeping this process alive; after `forMs`, or when it ends by itself, `forget` is called. */
function rest(decoder: Decoder, forMs: number, forget: () => void): Resting {
  const timer = setTimeout(() => {
    forget();
    endDecoder(decoder);
  }, forMs).unref();
  holdProcess(decoder, false);
  return { decoder, timer };
}

function awake(resting: Resting | null | undefined): Decoder | null {
  if (!resting) return null;
  clearTimeout(resting.timer);
  // One that ended while it waited is no longer connected.
  if (!resting.decoder.child.connected) return null;
  holdProcess(resting.decoder, true);
  return resting.decoder;
}

/** Whether this process goes on as long as the decoder does. */
function holdProcess({ child }: Decoder, holds: boolean): void {
  const handles = [child, child.channel, child.stderr instanceof Socket ? child.stderr : null];
  for (const handle of handles) {
    if (holds) handle?.ref();
    else handle?.unref();
  }
}
