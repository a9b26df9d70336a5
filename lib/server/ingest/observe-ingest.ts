import { instruments } from "../metrics/instruments.ts";

/** Does a step of taking a picture in and measures it; `outcomeOf` says what came of it, where it did not fail. */
export async function observeIngest<T>(
  step: "moderation" | "pyramid",
  work: () => Promise<T>,
  outcomeOf: (result: T) => "done" | "blocked",
): Promise<T> {
  const started = performance.now();
  const ended = (outcome: string): void =>
    instruments().ingestSeconds.observe({ step, outcome }, (performance.now() - started) / 1000);
  try {
    const result = await work();
    ended(outcomeOf(result));
    return result;
  } catch (error) {
    ended("failed");
    throw error;
  }
}
