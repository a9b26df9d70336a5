import { processWide } from "#lib/process-wide.ts";

/**
 * The part of a start that Next runs by itself, after it says that it is prepared: `instrumentation.ts` settles it, and whoever
 * starts the server waits for it.
 */
export function workStarted(): PromiseWithResolvers<void> {
  return processWide("work-started", () => {
    const started = Promise.withResolvers<void>();
    // A failure is for whoever waits; where nobody does, it is no failure of the process.
    started.promise.catch(() => undefined);
    return started;
  });
}
