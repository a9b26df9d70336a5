import { availableParallelism } from "node:os";
import path from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
import { processWide } from "#lib/process-wide.ts";
import type { Network, WorkerStart } from "./inference-messages.ts";
import { createWorkerPool, type InferencePool } from "./worker-pool.ts";

/** Generous: covers the start of a worker and its load on a busy machine. */
const TIMEOUT_MS = 60_000;

/** How many worker threads an embedded network gets. */
export function workerCount(asked: number | undefined): number {
  return Math.max(1, asked ?? availableParallelism());
}

/** The one pool of a network in this process; its first caller sets its size. Workers start when they are needed. */
export function inferencePool(network: Network, workers: number | undefined): InferencePool {
  const known = pools().get(network);
  if (known) return known;
  const root = projectRoot();
  const workerData: WorkerStart = { network, packagesDirectory: path.join(root, "node_modules") };
  const pool = createWorkerPool({
    name: `local:${network}`,
    file: path.join(root, "lib", "models", "local", "inference-worker.ts"),
    workerData,
    size: workerCount(workers),
    timeoutMs: TIMEOUT_MS,
  });
  pools().set(network, pool);
  return pool;
}

/** Stops the worker threads of all embedded networks. They start again when they are needed. */
export async function closeInferencePools(): Promise<void> {
  const open = [...pools().values()];
  pools().clear();
  await Promise.all(open.map((pool) => pool.close()));
}

function pools(): Map<Network, InferencePool> {
  return processWide("models.inference-pools", () => new Map<Network, InferencePool>());
}
