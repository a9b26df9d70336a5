import { describe, expect, it } from "vitest";
import { CHECKPOINT_LIMIT_BYTES } from "#lib/core/checkpoint.ts";
import { CheckpointTooLarge } from "#lib/core/errors.ts";
import { checkpointBytes, checkpointed } from "./checkpoint.ts";

/** A text whose stored size is exactly `bytes`. */
function textOf(bytes: number): string {
  return "x".repeat(bytes - checkpointBytes(""));
}

describe("the checkpoint guard", () => {
  it("lets exactly 256 KB cross, in and out", async () => {
    const text = textOf(CHECKPOINT_LIMIT_BYTES);
    expect(checkpointBytes(text)).toBe(262_144);
    await expect(checkpointed("echo", text, async (input) => input)).resolves.toBe(text);
  });

  it("refuses one byte more as input, and the step never runs", async () => {
    let ran = false;
    const call = checkpointed("echo", textOf(CHECKPOINT_LIMIT_BYTES + 1), async () => {
      ran = true;
    });
    await expect(call).rejects.toBeInstanceOf(CheckpointTooLarge);
    await expect(call).rejects.toMatchObject({ step: "echo", field: "input", bytes: CHECKPOINT_LIMIT_BYTES + 1 });
    expect(ran).toBe(false);
  });

  it("refuses one byte more as result", async () => {
    const call = checkpointed("echo", null, async () => textOf(CHECKPOINT_LIMIT_BYTES + 1));
    await expect(call).rejects.toMatchObject({ name: "CheckpointTooLarge", field: "result" });
  });

  it("counts characters outside ASCII in UTF-8", () => {
    expect(checkpointBytes("µ")).toBe(checkpointBytes("x") + 1);
  });
});
