import { decodeRawDetections, type RawDetections } from "#lib/core/api/raw-detections.ts";
import type { MergeSettings, Run } from "#lib/core/detection/run.ts";
import { sentence } from "../api/http.ts";
import { readRawDetections, saveMerge } from "../api/runs.ts";
import { plural } from "../ui/format.ts";
import { notify } from "../ui/toasts.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { chosenRun, withRun } from "../workspace/workspace-state.ts";
import type { MergeResult } from "./merge-columns.ts";
import type { MergeAnswer, MergeOrder } from "./merge-orders.ts";

/** What the tiles of a run said, and what merging makes of it, as it is looked at before it is saved. */
export type Inspector = {
  runId: string;
  inForce: MergeSettings;
  settings: MergeSettings;
  shows: { candidates: boolean; result: boolean };
  raw: (RawDetections & { index: ArrayBuffer }) | null;
  /** Of the settings, or of earlier ones while these are being merged. */
  result: MergeResult | null;
  /** More is in view than can be told apart. */
  isTooMuch: boolean;
  error: string | null;
  saving: boolean;
};

const hands = new WeakMap<Workspace, { merge: (settings: MergeSettings) => void; stop: () => void }>();

/** True where a run can be merged again: it has ended with tiles done. */
export const canInspect = (run: Run | null): run is Run => run?.state === "completed" || run?.state === "partial";

/** Opens the inspector on the run that is shown: reads what its tiles said, and merges it in a worker. */
export function openInspector(workspace: Workspace): void {
  const run = chosenRun(workspace.state.get());
  if (!canInspect(run) || workspace.inspector.get()) return;
  const { merge } = run.configuration;
  workspace.state.update((state) => ({ ...state, colours: false, hoveredId: null }));
  workspace.inspector.update(() => ({
    ...{ runId: run.id, inForce: merge, settings: merge, shows: { candidates: true, result: true } },
    ...{ raw: null, result: null, isTooMuch: false, error: null, saving: false },
  }));
  const life = new AbortController();
  const worker = new Worker(new URL("./merge-worker.ts", import.meta.url), { type: "module" });
  const order = (message: MergeOrder): void => worker.postMessage(message);
  let isBusy = true;
  let next: MergeSettings | null = null;
  let raw: RawDetections | null = null;

  worker.addEventListener("message", ({ data: answer }: MessageEvent<MergeAnswer>) => {
    if (answer.kind === "failed") return set(workspace, { error: answer.why });
    if (answer.kind === "taken") return set(workspace, { raw: raw && { ...raw, index: answer.index } });
    set(workspace, { result: answer.result });
    isBusy = next !== null;
    if (next) order({ kind: "merge", settings: next });
    next = null;
  });
  worker.addEventListener("error", (event) => set(workspace, { error: event.message }));
  readRawDetections(run.id, workspace.page, life.signal).then(
    (buffer) => {
      raw = decodeRawDetections(buffer);
      order({ kind: "take", buffer, inForce: merge });
    },
    (error) => {
      if (!life.signal.aborted) set(workspace, { error: sentence(error) });
    },
  );
  hands.set(workspace, {
    merge(settings) {
      // Of all that is asked for while it works, the last is what is wanted.
      if (isBusy) next = settings;
      else order({ kind: "merge", settings });
      isBusy = true;
    },
    stop() {
      life.abort();
      worker.terminate();
    },
  });
}

/** Closes the inspector; what was not saved is forgotten. */
export function closeInspector(workspace: Workspace): void {
  hands.get(workspace)?.stop();
  hands.delete(workspace);
  workspace.inspector.update(() => null);
}

/** Merges with other settings, as soon as the worker is free. */
export function tryMerge(workspace: Workspace, settings: MergeSettings): void {
  set(workspace, { settings });
  hands.get(workspace)?.merge(settings);
}

/** Shows or hides what the tiles said, or what merging makes of it. */
export function showParts(workspace: Workspace, shows: Partial<Inspector["shows"]>): void {
  workspace.inspector.update((value) => value && { ...value, shows: { ...value.shows, ...shows } });
}

/** Makes the settings the run's: it is merged on the server as a new version of its findings, to which decisions carry over. */
export async function saveInspected(workspace: Workspace): Promise<void> {
  const inspected = workspace.inspector.get();
  if (!inspected || inspected.saving) return;
  set(workspace, { saving: true });
  try {
    const run = await saveMerge(inspected.runId, inspected.settings);
    workspace.state.update((state) => ({ ...state, runs: withRun(state.runs, run) }));
    closeInspector(workspace);
    const title = `Version ${run.merges.length} is being merged`;
    const text = inspected.result ? `${plural(inspected.result.members.length, "finding")}; decisions carry over.` : "";
    notify({ tone: "info", title, text });
  } catch (error) {
    set(workspace, { saving: false });
    notify({ tone: "error", title: "Not merged", text: sentence(error) });
  }
}

function set({ inspector }: Workspace, change: Partial<Inspector>): void {
  inspector.update((value) => value && { ...value, ...change });
}

/** True where two settings say the same. */
export const isSameMerge = (a: MergeSettings, b: MergeSettings): boolean =>
  a.method === b.method && a.metric === b.metric && a.threshold === b.threshold;
