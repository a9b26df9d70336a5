/** Entry of a worker thread: holds one network and answers one inference at a time. */
import { parentPort, workerData } from "node:worker_threads";
import { messageOf } from "#lib/core/errors.ts";
import { loadCenternet, runCenternet } from "./centernet.ts";
import type { InferenceReply, InferenceRequest, PictureSize, WorkerStart } from "./inference-messages.ts";
import { loadNsfw, runNsfw } from "./nsfw.ts";
import { startWasmBackend } from "./wasm-backend.ts";

type Infer = (rgb: Uint8Array, size: PictureSize) => Promise<Float32Array<ArrayBuffer>>;

async function load({ network, packagesDirectory }: WorkerStart): Promise<Infer> {
  await startWasmBackend(packagesDirectory);
  switch (network) {
    case "centernet": {
      const model = await loadCenternet(packagesDirectory);
      return (rgb, size) => runCenternet(model, rgb, size);
    }
    case "nsfw": {
      const model = await loadNsfw();
      return (rgb) => runNsfw(model, rgb);
    }
  }
}

function send(reply: InferenceReply): void {
  parentPort?.postMessage(reply, reply.kind === "done" ? [reply.output.buffer] : []);
}

const start: WorkerStart = workerData;
const loaded = load(start);
loaded.then(
  () => send({ kind: "ready" }),
  (error) => send({ kind: "unusable", message: messageOf(error) }),
);

parentPort?.on("message", async ({ id, rgb, task }: InferenceRequest<PictureSize>) => {
  try {
    const infer = await loaded;
    send({ kind: "done", id, output: await infer(rgb, task) });
  } catch (error) {
    send({ kind: "failed", id, message: messageOf(error) });
  }
});
