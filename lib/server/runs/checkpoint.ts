import { stringify } from "devalue";
import { CHECKPOINT_LIMIT_BYTES } from "#lib/core/checkpoint.ts";
import { CheckpointTooLarge } from "#lib/core/errors.ts";

/** Bytes of the format mark that the SDK puts before each stored payload. */
const FORMAT_MARK_BYTES = 4;

/** Size in bytes of a value as the Workflow SDK stores it (devalue text, UTF-8, with its format mark). */
export function checkpointBytes(value: unknown): number {
  return Buffer.byteLength(stringify(value), "utf8") + FORMAT_MARK_BYTES;
}

/** Throws `CheckpointTooLarge` where `value` may not cross a checkpoint. */
function assertCheckpoint(step: string, field: string, value: unknown): void {
  const bytes = checkpointBytes(value);
  if (bytes > CHECKPOINT_LIMIT_BYTES) {
    throw new CheckpointTooLarge({ step, field, bytes, limitBytes: CHECKPOINT_LIMIT_BYTES });
  }
}

/** Runs the body of a step with its input and its result held under the limit. Every step of every workflow goes through it, by `asStep`. */
export async function checkpointed<I, O>(step: string, input: I, work: (input: I) => Promise<O>): Promise<O> {
  assertCheckpoint(step, "input", input);
  const result = await work(input);
  assertCheckpoint(step, "result", result);
  return result;
}
