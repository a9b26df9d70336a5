import { setTimeout as sleep } from "node:timers/promises";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";

const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 5000;
/** A database that is away for longer than this is given up on; what was to be written is then worked out again. */
const PATIENCE_MS = 15 * 60_000;

/** Classes of Postgres' errors that pass: connection, a lost race, resources (a full disk), an operator's hand, the system. */
const PASSING = /^(08|25006|40|53|57P|58)/;

/** Whether what the database threw is about its being away or short of something, not about what it was asked. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (/^[0-9A-Z]{5}$/.test(code)) return PASSING.test(code);
  return code.startsWith("E") || /connection|timeout/i.test(error.message);
}

/**
 * Does what has to be written although the database may be away or its disk full: tries again, ever more slowly, until it is
 * written. What a model has answered is thereby not lost to a restart of Postgres. Throws what does not pass, and after 15 minutes.
 */
export async function patiently<T>(write: () => Promise<T>): Promise<T> {
  const until = performance.now() + PATIENCE_MS;
  for (let delayMs = FIRST_DELAY_MS; ; delayMs = Math.min(LONGEST_DELAY_MS, delayMs * 2)) {
    try {
      return await write();
    } catch (error) {
      if (!isPassing(error) || performance.now() > until) throw error;
      instruments().writeRetries.inc();
      log().debug({ err: error, delayMs }, "a write is tried again");
      await sleep(delayMs * (0.5 + Math.random() / 2));
    }
  }
}
