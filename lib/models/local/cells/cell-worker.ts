/** Entry of a worker thread: finds cells in one picture at a time. */
import { parentPort } from "node:worker_threads";
import { messageOf } from "#lib/core/errors.ts";
import type { InferenceReply, InferenceRequest } from "../inference-messages.ts";
import { type CellAnswer, type CellTask, doCellTask } from "./cell-task.ts";

function send(reply: InferenceReply<CellAnswer>): void {
  parentPort?.postMessage(reply);
}

send({ kind: "ready" });
parentPort?.on("message", ({ id, rgb, task }: InferenceRequest<CellTask>) => {
  try {
    send({ kind: "done", id, output: doCellTask(task, rgb) });
  } catch (error) {
    send({ kind: "failed", id, message: messageOf(error) });
  }
});
