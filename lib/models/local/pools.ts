import { availableParallelism } from "node:os";
import path from "node:path";
import { projectRoot } from "#lib/config/paths.ts";
import { processWide } from "#lib/process-wide.ts";
import type { CellAnswer, CellTask } from "./cells/cell-task.ts";
import type { ExemplarAnswer, ExemplarTask } from "./exemplar/exemplar-task.ts";
import type { Network, PictureSize, TextWorkerStart, WorkerStart } from "./inference-messages.ts";
import type { FoundWord } from "./text/recognise.ts";
import { createWorkerPool, type InferencePool } from "./worker-pool.ts";

/** Generous: covers the start of a worker and its load on a busy machine. */
const TIMEOUT_MS = 60_000;
/** A page full of small print takes ten seconds, and four times that where other runs want the cores, too. */
const TEXT_TIMEOUT_MS = 240_000;
/** A recogniser that has read a page holds 150 MB and more, which WebAssembly gives back with its worker alone. */
const TEXT_IDLE_MS = 60_000;

/** A dense tile of nuclei, or many examples, take seconds, and many times that where other work wants the cores, too. */
const TASK_TIMEOUT_MS = 240_000;

/** How many worker threads an embedded network gets. */
export function workerCount(asked: number | undefined): number {
  return Math.max(1, asked ?? availableParallelism());
}

/** Where weights and languages are read from. */
export function packagesDirectory(): string {
  return path.join(projectRoot(), "node_modules");
}

/** The one pool of a network in this process; its first caller sets its size. Workers start when they are needed. */
export function inferencePool(network: Network, workers: number | undefined): NetworkPool {
  const known = pools().get(network);
  if (known) return known;
  const root = projectRoot();
  const workerData: WorkerStart = { network, packagesDirectory: packagesDirectory() };
  const pool: NetworkPool = createWorkerPool({
    name: `local:${network}`,
    file: path.join(root, "lib", "models", "local", "inference-worker.ts"),
    workerData,
    size: workerCount(workers),
    timeoutMs: TIMEOUT_MS,
  });
  pools().set(network, pool);
  return pool;
}

/** The one pool that reads text in these languages; its first caller sets its size. Each worker holds a recogniser of its own. */
export function textPool(languages: string, workers: number | undefined): InferencePool<FoundWord[]> {
  const known = textPools().get(languages);
  if (known) return known;
  const root = projectRoot();
  const workerData: TextWorkerStart = { languages, packagesDirectory: packagesDirectory() };
  const pool = createWorkerPool<FoundWord[]>({
    name: "local:text",
    file: path.join(root, "lib", "models", "local", "text", "text-worker.ts"),
    workerData,
    size: workerCount(workers),
    timeoutMs: TEXT_TIMEOUT_MS,
    idleMs: TEXT_IDLE_MS,
  });
  textPools().set(languages, pool);
  return pool;
}

/** The one pool that finds cells, whatever their kind; its first caller sets its size. */
export function cellPool(workers: number | undefined): CellPool {
  const pools = taskPools();
  pools.cells ??= taskPool<CellAnswer, CellTask>("local cell models", ["cells", "cell-worker.ts"], workers);
  return pools.cells;
}

/** The one pool that learns from examples and finds more like them; its first caller sets its size. */
export function exemplarPool(workers: number | undefined): ExemplarPool {
  const pools = taskPools();
  pools.exemplar ??= taskPool<ExemplarAnswer, ExemplarTask>(
    "local:exemplar",
    ["exemplar", "exemplar-worker.ts"],
    workers,
  );
  return pools.exemplar;
}

function taskPool<Answer, Task>(
  name: string,
  file: readonly string[],
  workers: number | undefined,
): InferencePool<Answer, Task> {
  return createWorkerPool<Answer, Task>({
    name,
    file: path.join(projectRoot(), "lib", "models", "local", ...file),
    workerData: null,
    size: workerCount(workers),
    timeoutMs: TASK_TIMEOUT_MS,
  });
}

/** Stops the worker threads of all embedded networks. They start again when they are needed. */
export async function closeInferencePools(): Promise<void> {
  const tasks = taskPools();
  const open = [...pools().values(), ...textPools().values(), tasks.cells, tasks.exemplar];
  pools().clear();
  textPools().clear();
  tasks.cells = null;
  tasks.exemplar = null;
  await Promise.all(open.map((pool) => pool?.close()));
}

function pools(): Map<Network, NetworkPool> {
  return processWide("models.inference-pools", () => new Map<Network, NetworkPool>());
}

function textPools(): Map<string, InferencePool<FoundWord[]>> {
  return processWide("models.text-pools", () => new Map<string, InferencePool<FoundWord[]>>());
}

type NetworkPool = InferencePool<Float32Array, PictureSize>;
type CellPool = InferencePool<CellAnswer, CellTask>;
type ExemplarPool = InferencePool<ExemplarAnswer, ExemplarTask>;
type TaskPools = { cells: CellPool | null; exemplar: ExemplarPool | null };

function taskPools(): TaskPools {
  return processWide("models.task-pools", (): TaskPools => ({ cells: null, exemplar: null }));
}
