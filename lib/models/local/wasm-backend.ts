import path from "node:path";
import { setWasmPaths } from "@tensorflow/tfjs-backend-wasm";
import { ready, setBackend } from "@tensorflow/tfjs-core";

/** Selects the WebAssembly backend, its binaries read from `packagesDirectory` (a `node_modules`). Throws where it cannot run. */
export async function startWasmBackend(packagesDirectory: string): Promise<void> {
  setWasmPaths(`${path.join(packagesDirectory, "@tensorflow", "tfjs-backend-wasm", "dist")}${path.sep}`);
  if (!(await setBackend("wasm"))) throw new Error("the WebAssembly backend of TensorFlow.js did not start");
  await ready();
}
