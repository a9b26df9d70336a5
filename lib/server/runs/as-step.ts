import { setTimeout as sleep } from "node:timers/promises";
import { FatalError } from "workflow";
import { endingSignal } from "#lib/config/shutdown.ts";
import { CheckpointTooLarge, messageOf } from "#lib/core/errors.ts";
import { stepSpan, stepSpanName } from "../tracing/step-span.ts";
import { traced } from "../tracing/tracing.ts";
import { checkpointed } from "./checkpoint.ts";
import { keepSeen } from "./keep-seen.ts";
import { isPassing, patiently } from "./patiently.ts";

/** A step that throws for reasons of its own is tried so often. */
const TRIES = 3;
const BETWEEN_TRIES_MS = 1000;

/**
 * Runs the body of a step, its input and its result held under the limit of a checkpoint. The body may run several times: a database
 * that is away is waited for, and what it throws by itself is tried a few times more, then ends the step for good.
 */
export async function asStep<I, O>(step: string, input: I, work: (input: I) => Promise<O>): Promise<O> {
  for (let left = TRIES - 1; ; left -= 1) {
    try {
      return await traced(
        stepSpanName(step),
        () => stepSpan(step, input),
        () => keepSeen(input, () => patiently(() => checkpointed(step, input, work), endingSignal())),
      );
    } catch (error) {
      // Away for longer than all patience, or this process ends: the queue brings the step again.
      if (isPassing(error) || endingSignal().aborted) throw error;
      if (left === 0 || error instanceof CheckpointTooLarge) throw new FatalError(messageOf(error));
      await sleep(BETWEEN_TRIES_MS);
    }
  }
}
