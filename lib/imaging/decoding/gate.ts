import { processWide } from "#lib/process-wide.ts";

/** Probes read headers only: they don't wait for pictures that are being decoded. */
export type Lane = "probe" | "decode";

/** Decoders of one process and lane that run at once: each keeps about two cores and a few hundred megabytes busy. */
const AT_ONCE = 2;

type Gate = { running: number; waiting: (() => void)[] };

/** Runs `work` when fewer than two others of its lane run in this process. An abort while waiting throws its reason. */
export async function throughGate<T>(lane: Lane, work: () => Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  const gate = processWide(`decoder-gate-${lane}`, (): Gate => ({ running: 0, waiting: [] }));
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
