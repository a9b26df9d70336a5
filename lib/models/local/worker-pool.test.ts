import { afterEach, expect, test } from "vitest";
import { createWorkerPool, type InferencePool } from "./worker-pool.ts";

/**
 * A worker whose behaviour the first byte tells: 0 answers the bytes back, 1 ends the thread, 2 throws outside any promise, 3 never
 * answers, 4 reports a failure. The second number of an answer is the thread's own, so that a test sees who worked.
 */
const SCRIPT = `
  import { parentPort, threadId } from "node:worker_threads";
  parentPort.postMessage({ kind: "ready" });
  parentPort.on("message", ({ id, rgb }) => {
    if (rgb[0] === 1) process.exit(3);
    if (rgb[0] === 2) setImmediate(() => { throw new Error("boom"); });
    if (rgb[0] === 4) parentPort.postMessage({ kind: "failed", id, message: "no luck" });
    if (rgb[0] === 0) setTimeout(() => parentPort.postMessage({ kind: "done", id, output: Float32Array.of(rgb[1], threadId) }), 20);
  });
`;
const UNUSABLE = `
  import { parentPort } from "node:worker_threads";
  parentPort.postMessage({ kind: "unusable", message: "no model file" });
  parentPort.on("message", () => {});
`;

let pool: InferencePool;
afterEach(() => pool.close());

function open(size: number, timeoutMs = 20_000, script = SCRIPT, idleMs?: number): InferencePool {
  const file = new URL(`data:text/javascript,${encodeURIComponent(script)}`);
  pool = createWorkerPool({ name: "test", file, workerData: null, size, timeoutMs, ...(idleMs ? { idleMs } : {}) });
  return pool;
}
const never = new AbortController().signal;
const run = (...bytes: number[]) => pool.run(Uint8Array.from(bytes), never);

test("answers each caller with its own result, in parallel on at most `size` threads", async () => {
  open(2);
  const outputs = await Promise.all(Array.from({ length: 9 }, (_, index) => run(0, index)));
  expect(outputs.map(([value]) => value)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(new Set(outputs.map(([, thread]) => thread)).size).toBe(2);
});

test.each([
  ["ends", 1, "ended"],
  ["crashes", 2, "boom"],
])("a worker that %s fails its own task as transient and is replaced", async (_, byte, message) => {
  open(1);
  const [victim, next] = await Promise.allSettled([run(byte), run(0, 7)]);
  expect(victim).toMatchObject({
    status: "rejected",
    reason: { kind: "transient", message: expect.stringContaining(message) },
  });
  expect(next).toMatchObject({ status: "fulfilled", value: { 0: 7 } });
});

test("a worker that hangs is terminated at the time limit, and the next task gets another", async () => {
  open(1, 2000);
  await expect(run(3)).rejects.toMatchObject({ kind: "transient", message: expect.stringContaining("2000 ms") });
  expect((await run(0, 5))[0]).toBe(5);
});

test("a failed inference leaves the worker in its place", async () => {
  open(1);
  const [, first] = await run(0, 1);
  await expect(run(4)).rejects.toMatchObject({ kind: "transient", message: expect.stringContaining("no luck") });
  expect((await run(0, 1))[1]).toBe(first);
});

test("a signal rejects at once, waiting or running, and the worker goes on with the next", async () => {
  open(1);
  const stop = new AbortController();
  const running = pool.run(Uint8Array.of(0, 1), stop.signal);
  const waiting = pool.run(Uint8Array.of(0, 2), stop.signal);
  stop.abort();
  await expect(running).rejects.toMatchObject({ kind: "transient" });
  await expect(waiting).rejects.toMatchObject({ kind: "transient" });
  expect((await run(0, 3))[0]).toBe(3);
  await expect(pool.run(Uint8Array.of(0, 4), stop.signal)).rejects.toMatchObject({ kind: "transient" });
});

test("a network that cannot be loaded stops the run and says how to mend it", async () => {
  open(1, 5000, UNUSABLE);
  await expect(run(0)).rejects.toMatchObject({ kind: "run-fatal", remedy: expect.stringContaining("npm ci") });
});

test("a worker that has nothing to do ends after a while, and another comes with the next task", async () => {
  open(1, 5000, SCRIPT, 150);
  const [, first] = await run(0, 1);
  expect((await run(0, 2))[1]).toBe(first);
  await new Promise((resolve) => setTimeout(resolve, 400));
  const [value, second] = await run(0, 3);
  expect(value).toBe(3);
  expect(second).not.toBe(first);
});

test("closing rejects what is under way", async () => {
  open(1);
  const tasks = Promise.allSettled([run(3), run(0, 1)]);
  await pool.close();
  expect((await tasks).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
});
