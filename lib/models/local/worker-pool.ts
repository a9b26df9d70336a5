import { Worker } from "node:worker_threads";
import { ModelError } from "#lib/core/errors.ts";
import type { InferenceReply, InferenceRequest } from "./inference-messages.ts";

export type PoolOptions = {
  /** Names the pool in errors. */
  name: string;
  /** Worker file, as a path or a URL, and what it is started with. */
  file: string | URL;
  workerData: unknown;
  size: number;
  /** A worker that takes longer for one task, its start included, is terminated. */
  timeoutMs: number;
  /** A worker that had nothing to do for as long ends, and its memory with it; absent: it stays. */
  idleMs?: number;
};

export type InferencePool<Output = Float32Array, Asked = undefined> = {
  readonly size: number;
  /**
   * Runs one inference; `pixels` are handed over and unusable afterwards, `task` is copied. Throws `ModelError`: `transient` where the worker died, hung
   * or failed, or the signal fired; `run-fatal` where the network cannot be loaded.
   */
  run(
    pixels: Uint8Array<ArrayBuffer>,
    signal: AbortSignal,
    ...task: Asked extends undefined ? [] : [task: Asked]
  ): Promise<Output>;
  /** Stops all workers; tasks under way are rejected. */
  close(): Promise<void>;
};

type Task<Output> = {
  id: number;
  asked: unknown;
  rgb: Uint8Array<ArrayBuffer>;
  resolve: (output: Output) => void;
  reject: (error: ModelError) => void;
};

/** `timer`: until its task takes too long, or, without one, until it has been idle for too long. */
type Seat<Output> = { worker: Worker; task: Task<Output> | null; timer: NodeJS.Timeout | undefined };

/**
 * A pool of worker threads that each hold one network. Workers start when tasks wait and none is idle; one that dies or hangs is
 * dropped, its task is rejected, and the next task starts another. Idle workers do not keep the process alive.
 */
export function createWorkerPool<Output = Float32Array, Asked = undefined>(
  options: PoolOptions,
): InferencePool<Output, Asked> {
  const waiting: Task<Output>[] = [];
  const seats = new Set<Seat<Output>>();
  let lastId = 0;

  function dispatch(): void {
    while (waiting.length > 0) {
      const seat = [...seats].find((candidate) => candidate.task === null) ?? hire();
      const task = seat && waiting.shift();
      if (!seat || !task) return;
      seat.task = task;
      seat.worker.ref();
      clearTimeout(seat.timer);
      seat.timer = setTimeout(() => hung(seat), options.timeoutMs);
      const request: InferenceRequest<unknown> = { id: task.id, rgb: task.rgb, task: task.asked };
      seat.worker.postMessage(request, [task.rgb.buffer]);
    }
  }

  function hire(): Seat<Output> | undefined {
    if (seats.size >= options.size) return undefined;
    // No options of the parent's command line: a test runner's or a bundler's loader has no business in here.
    const worker = new Worker(options.file, { workerData: options.workerData, execArgv: [] });
    const seat: Seat<Output> = { worker, task: null, timer: undefined };
    seats.add(seat);
    worker.on("message", (reply: InferenceReply<Output>) => receive(seat, reply));
    worker.on("error", (error) => leave(seat, failure("crashed", error)));
    worker.on("exit", () => leave(seat, failure("ended unexpectedly")));
    return seat;
  }

  function receive(seat: Seat<Output>, reply: InferenceReply<Output>): void {
    if (reply.kind === "ready") return;
    if (reply.kind === "unusable") {
      const error = new ModelError("run-fatal", `${options.name} cannot be loaded: ${reply.message}`, {
        remedy: "run npm ci again: its files come with the packages",
      });
      leave(seat, error);
      void seat.worker.terminate();
      return;
    }
    const task = release(seat);
    if (options.idleMs !== undefined) seat.timer = setTimeout(() => retire(seat), options.idleMs).unref();
    if (reply.kind === "done") task?.resolve(reply.output);
    else task?.reject(failure("failed", reply.message));
    dispatch();
  }

  function retire(seat: Seat<Output>): void {
    seats.delete(seat);
    void seat.worker.terminate();
  }

  function hung(seat: Seat<Output>): void {
    leave(seat, failure(`gave no answer within ${options.timeoutMs} ms`));
    void seat.worker.terminate();
  }

  function release(seat: Seat<Output>): Task<Output> | null {
    const { task } = seat;
    clearTimeout(seat.timer);
    seat.task = null;
    seat.worker.unref();
    return task;
  }

  function leave(seat: Seat<Output>, error: ModelError): void {
    if (!seats.delete(seat)) return;
    release(seat)?.reject(error);
    dispatch();
  }

  function failure(what: string, cause?: unknown): ModelError {
    const detail = cause === undefined ? "" : `: ${cause instanceof Error ? cause.message : String(cause)}`;
    return new ModelError("transient", `a worker of ${options.name} ${what}${detail}`, { cause });
  }

  return {
    size: options.size,
    run(rgb, signal, ...[asked]) {
      return new Promise((resolve, reject) => {
        const aborted = () => {
          const place = waiting.indexOf(task);
          if (place >= 0) waiting.splice(place, 1);
          // A worker that is at it finishes: starting another would cost more than one inference.
          reject(new ModelError("transient", `${options.name} was interrupted`, { cause: signal.reason }));
        };
        const settle = () => signal.removeEventListener("abort", aborted);
        const task: Task<Output> = {
          id: ++lastId,
          asked,
          rgb,
          resolve: (output) => {
            settle();
            resolve(output);
          },
          reject: (error) => {
            settle();
            reject(error);
          },
        };
        if (signal.aborted) {
          aborted();
          return;
        }
        signal.addEventListener("abort", aborted, { once: true });
        waiting.push(task);
        dispatch();
      });
    },
    async close() {
      const closing = [...seats];
      for (const task of waiting.splice(0)) task.reject(failure("was stopped"));
      for (const seat of closing) leave(seat, failure("was stopped"));
      await Promise.all(closing.map((seat) => seat.worker.terminate()));
    },
  };
}
