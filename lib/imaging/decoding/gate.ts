import { TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";

/**
 * Probes read headers only: they don't wait for pictures that are being decoded. What is rendered waits for neither, as somebody waits
 * for it.
 */
export type Lane = "probe" | "decode" | "render";

/** What one process does at once in a lane: each decoder keeps about two cores and a few hundred megabytes busy. */
const AT_ONCE = 2;
/** More than that are not made to wait for a rendering: each is a connection that is held. */
const MAX_WAITING_TO_RENDER = 200;

type Gate = { running: number; waiting: (() => void)[] };

/**
 * Runs `work` when fewer than two others of its lane run in this process. An abort while waiting throws its reason; throws
 * `too-many-requests` where too many wait for a rendering.
 */
export async function throughGate<T>(lane: Lane, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const gate = processWide(`decoder-gate-${lane}`, (): Gate => ({ running: 0, waiting: [] }));
  if (lane === "render" && gate.waiting.length >= MAX_WAITING_TO_RENDER) {
    throw new TesseraError("too-many-requests", "too many pictures are being made at once", {
      remedy: "try again in a moment, or ask for tiles, which are not made anew",
    });
  }
  await enter(gate, signal);
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift();
    if (next) next();
    else gate.running -= 1;
  }
}

async function enter(gate: Gate, signal: AbortSignal | undefined): Promise<void> {
  signal?.throwIfAborted();
  if (gate.running < AT_ONCE) {
    gate.running += 1;
    return;
  }
  await new Promise<void>((resolve, reject) => {
    const turn = (): void => {
      signal?.removeEventListener("abort", onAbort);
      resolve();
    };
    const onAbort = (): void => {
      gate.waiting.splice(gate.waiting.indexOf(turn), 1);
      reject(signal?.reason);
    };
    gate.waiting.push(turn);
    signal?.addEventListener("abort", onAbort, { once: true });
  });
}
