import { parentPort } from "node:worker_threads";
import { messageOf } from "#lib/core/errors.ts";
import type { InferenceReply, InferenceRequest } from "./inference-messages.ts";

/** Makes this worker thread answer the tasks of its pool by `answer`, one at a time. */
export function answerTasks<Task, Answer>(answer: (task: Task, pixels: Uint8Array) => Answer): void {
  const send = (reply: InferenceReply<Answer>): void => parentPort?.postMessage(reply);
  send({ kind: "ready" });
  parentPort?.on("message", ({ id, rgb, task }: InferenceRequest<Task>) => {
    try {
      send({ kind: "done", id, output: answer(task, rgb) });
    } catch (error) {
      send({ kind: "failed", id, message: messageOf(error) });
    }
  });
}
