/** Entry of a worker thread: holds one recogniser and reads one page at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "#lib/core/errors.ts";
import type { InferenceReply, InferenceRequest, TextWorkerStart } from "../inference-messages.ts";
import { openTextEngine, type TextEngine } from "./engine.ts";
import { decodePgm } from "./pgm.ts";
import { type FoundWord, recognise } from "./recognise.ts";

/** WebAssembly never gives memory back: an engine that grew beyond this for a large page makes way for a fresh one. */
const MOST_MEMORY = 384 * 1024 * 1024;

const { languages, packagesDirectory }: TextWorkerStart = workerData;
let engine: Promise<TextEngine> = openTextEngine(languages, packagesDirectory);

function send(reply: InferenceReply<FoundWord[]>): void {
  parentPort?.postMessage(reply);
}

engine.then(
  () => send({ kind: "ready" }),
  (error) => send({ kind: "unusable", message: messageOf(error) }),
);

parentPort?.on("message", async ({ id, rgb }: InferenceRequest) => {
  try {
    const open = await engine;
    send({ kind: "done", id, output: recognise(open, decodePgm(rgb)) });
    if (open.memoryBytes > MOST_MEMORY) engine = openTextEngine(languages, packagesDirectory);
  } catch (error) {
    // What a trap in WebAssembly leaves behind is not to be trusted.
    engine = openTextEngine(languages, packagesDirectory);
    engine.catch(() => undefined);
    send({ kind: "failed", id, message: messageOf(error) });
  }
});
