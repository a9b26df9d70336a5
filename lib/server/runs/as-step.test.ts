import { describe, expect, it, vi } from "vitest";
import { shutDown } from "#lib/config/shutdown.ts";
import { CHECKPOINT_LIMIT_BYTES } from "#lib/core/checkpoint.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { asStep } from "./as-step.ts";

/** Fails with the errors in order, then answers. */
function failing(...errors: Error[]) {
  const work = vi.fn(async (input: string) => `${input}!`);
  for (const error of errors) work.mockRejectedValueOnce(error);
  return work;
}

const refused = (): Error => Object.assign(new Error("connect ECONNREFUSED"), { code: "ECONNREFUSED" });
const broken = (): Error => new Error("Connection terminated unexpectedly");
const unregistered = (): Error => new TesseraError("database-unavailable", "this process is not registered");

describe("a step", () => {
  it("waits for a database that is away, however often it is asked", async () => {
    const work = failing(refused(), broken(), unregistered(), refused());
    await expect(asStep("echo", "a", work)).resolves.toBe("a!");
    expect(work).toHaveBeenCalledTimes(5);
  });

  it("is tried three times where it fails by itself, then ends for good with the reason", async () => {
    const once = failing(new Error("no such page"), new Error("no such page"));
    await expect(asStep("echo", "a", once)).resolves.toBe("a!");
    const work = vi.fn(async () => Promise.reject(new Error("no such page")));
    await expect(asStep("echo", "a", work)).rejects.toMatchObject({ name: "FatalError", message: "no such page" });
    expect(work).toHaveBeenCalledTimes(3);
  });

  it("ends at once where its result is too large for a checkpoint", async () => {
    const work = vi.fn(async () => "x".repeat(CHECKPOINT_LIMIT_BYTES));
    const message = expect.stringMatching(/^result of step echo is \d+ bytes/);
    await expect(asStep("echo", "a", work)).rejects.toMatchObject({ name: "FatalError", message });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it("waits no longer where the process is about to end, and is left to the queue", async () => {
    const away = asStep("echo", "a", async () => Promise.reject(refused()));
    setTimeout(() => void shutDown(), 100);
    await expect(away).rejects.toMatchObject({ code: "ECONNREFUSED" });
    const closed = vi.fn(async () => Promise.reject(new Error("the pool is closed")));
    await expect(asStep("echo", "a", closed)).rejects.toMatchObject({ name: "Error", message: "the pool is closed" });
    expect(closed).toHaveBeenCalledTimes(1);
  });
});
