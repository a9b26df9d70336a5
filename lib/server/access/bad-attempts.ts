import { TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";

const WINDOW_MS = 60_000;
const LIMIT = 60;

/**
 * Counts a credential that was refused; past the limit a minute the answer is `too-many-requests`. Guessing 256 bits is hopeless
 * anyway: this tells a misconfigured client to stop. Good credentials are never held up by bad ones.
 */
export function noteBadAttempt(nowMs: number = Date.now()): void {
  const window = processWide("bad-attempts", () => ({ startMs: nowMs, count: 0 }));
  if (nowMs - window.startMs > WINDOW_MS) {
    window.startMs = nowMs;
    window.count = 0;
  }
  window.count += 1;
  if (window.count > LIMIT) {
    throw new TesseraError("too-many-requests", "too many refused credentials in the last minute", {
      remedy: "mend the token, wait a minute, and try again",
    });
  }
}
