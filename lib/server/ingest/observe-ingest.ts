import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";

/** Does a step of taking a picture in, measures and logs it; `outcomeOf` says what came of it, where it did not fail. */
export async function observeIngest<T>(
  image: string,
  step: "moderation" | "pyramid",
  work: () => Promise<T>,
  outcomeOf: (result: T) => "done" | "blocked",
): Promise<T> {
  const started = performance.now();
  const ended = (outcome: string, err?: unknown): void => {
    const ms = performance.now() - started;
    instruments().ingestSeconds.observe({ step, outcome }, ms / 1000);
    log()[outcome === "done" ? "info" : "warn"](
      { image, step, outcome, ms: Math.round(ms), ...(err !== undefined && { err }) },
      "ingest",
    );
  };
  try {
    const result = await work();
    ended(outcomeOf(result));
    return result;
  } catch (error) {
    ended("failed", error);
    throw error;
  }
}
