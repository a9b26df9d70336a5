import { setTimeout as sleep } from "node:timers/promises";
import { noteTrouble, troubleIsOver, troubleOf } from "#db/trouble.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
/** A database that is away for longer than this is given up on; what was to be written is then worked out again. */
const PATIENCE_MS = 15 * 60_000;

/** Codes of Postgres' errors that pass besides its being away: a standby, a lost race. */
const PASSING = /^(25006|40\w{3})$/;

/** Whether what the database threw is about its being away or short of something, not about what it was asked. */
export function isPassing(error: unknown): boolean {
  if (troubleOf(error) !== null) return true;
  return error instanceof Error && "code" in error && PASSING.test(String(error.code));
}

/**
 * Does what has to be written although the database may be away or its disk full: tries again, ever more slowly, until it is
 * written. What a model has answered is thereby not lost to a restart of Postgres. Throws what does not pass, and what does after 15
 * minutes, or when `signal` is aborted.
 */
export async function patiently<T>(write: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2)) {
    try {
      const written = await write();
      troubleIsOver("write");
      return written;
    } catch (error) {
      noteTrouble("write", error);
      if (!isPassing(error) || performance.now() > until || signal?.aborted) throw error;
      instruments().writeRetries.inc();
      log().debug({ err: error, delayMs }, "a write is tried again");
      // Waiting that is broken off ends with what there was to wait for.
      await sleep(delayMs * (0.5 + Math.random() / 2), undefined, signal && { signal }).catch(() => {
        throw error;
      });
    }
  }
}
