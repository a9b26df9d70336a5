import { useEffect } from "react";
import { readPlaces } from "../api/comparisons.ts";
import { sentence } from "../api/http.ts";
import { useStore } from "../state/store.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import type { Workspace } from "../workspace/workspace.ts";

const readings = new WeakMap<Workspace, AbortController>();

/** Reads the places of what is compared anew: all of the page, or those of a part of it where there are too many to draw. */
export async function readComparison(
  workspace: Workspace,
  bbox: readonly [number, number, number, number] | null,
): Promise<void> {
  readings.get(workspace)?.abort();
  const reading = new AbortController();
  readings.set(workspace, reading);
  const { signal } = reading;
  const { runId } = workspace.state.get();
  const { others, iou } = workspace.comparison.get();
  if (runId === null || others.length === 0) {
    workspace.comparison.update((value) => ({ ...value, found: null, pending: false, error: null, at: null }));
    return;
  }
  workspace.comparison.update((value) => ({ ...value, pending: true, error: null }));
  try {
    const found = await readPlaces(runId, { others, iou, page: workspace.page, bbox }, signal);
    workspace.comparison.update((value) => ({ ...value, found, pending: false, at: null }));
  } catch (error) {
    if (signal.aborted) return;
    workspace.comparison.update((value) => ({
      ...value,
      found: null,
      pending: false,
      error: sentence(error),
      at: null,
    }));
  }
}

/** Keeps the comparison in step with the run that is shown and with what it is compared with. */
export function useComparison(): void {
  const { workspace } = useWorkspace();
  const runId = useWorkspaceState((state) => state.runId);
  const { others, iou } = useStore(workspace.comparison, (value) => ({ others: value.others, iou: value.iou }));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each of these asks for another comparison
  useEffect(() => void readComparison(workspace, null), [workspace, runId, others, iou]);
}
