import { messageOf } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";

type Closer = { name: string; close: () => Promise<void> };

function closers(): Closer[] {
  return processWide("closers", (): Closer[] => []);
}

/** Registers what must be closed when the process ends in order. Closed last in, first out. */
export function onShutdown(name: string, close: () => Promise<void>): void {
  closers().push({ name, close });
}

const CLOSE_TIMEOUT_MS = 12_000;

/** Told of what could not be closed. */
type Failed = (name: string, error: unknown) => void;

function tellFailure(name: string, error: unknown): void {
  process.stderr.write(`tessera: closing the ${name} failed: ${messageOf(error)}\n`);
}

async function closeInTime({ name, close }: Closer, failed: Failed): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`it took more than ${CLOSE_TIMEOUT_MS / 1000} s`)), CLOSE_TIMEOUT_MS);
  });
  try {
    await Promise.race([Promise.resolve().then(close), late]);
  } catch (error) {
    failed(name, error);
  } finally {
    clearTimeout(timer);
  }
}

function ending(): AbortController {
  return processWide("ending", () => new AbortController());
}

/** Aborted when the process begins to end in order: whatever could wait for long waits no longer. */
export function endingSignal(): AbortSignal {
  return ending().signal;
}

/** Closes everything that registered; one that fails or hangs is told, on stderr by default, and does not keep the others. */
export async function shutDown(failed: Failed = tellFailure): Promise<void> {
  ending().abort();
  for (let closer = closers().pop(); closer; closer = closers().pop()) await closeInTime(closer, failed);
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP", "SIGABRT", "SIGUSR2", "SIGPIPE"] as const;

/**
 * Runs `work` and takes away the signal handlers that it installed: the workflow world's queue would end the process by itself at
 * the first signal, with the database still running and tiles in flight. Stopping in order is `shutDown`'s.
 */
export async function keepingSignals<T>(work: () => Promise<T>): Promise<T> {
  const before = new Map(SIGNALS.map((signal) => [signal, process.listeners(signal)]));
  try {
    return await work();
  } finally {
    for (const signal of SIGNALS) {
      for (const listener of process.listeners(signal)) {
        if (!before.get(signal)?.includes(listener)) process.removeListener(signal, listener);
      }
    }
  }
}
