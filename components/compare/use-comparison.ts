import { useEffect } from "react";
import { readPlaces } from "../api/comparisons.ts";
import { sentence } from "../api/http.ts";
import { useStore } from "../state/store.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import type { Workspace } from "../workspace/workspace.ts";
import { stillAt } from "./comparison.ts";

type Part = readonly [x: number, y: number, width: number, height: number] | null;

/** What was asked for last, and how long the answer took. */
const readings = new WeakMap<Workspace, { controller: AbortController; part: Part; tookMs: number }>();

/** Comparing again takes this part of the time at most, and comes no sooner than this after a change. */
const SHARE = 1 / 5;
const REST_MS = 1000;

/** Reads the places of what is compared anew: all of the page, or those of a part of it where there are too many to draw. */
export async function readComparison(workspace: Workspace, part: Part): Promise<void> {
  const before = readings.get(workspace);
  before?.controller.abort();
  const reading = { controller: new AbortController(), part, tookMs: before?.tookMs ?? 0 };
  readings.set(workspace, reading);
  const { signal } = reading.controller;
  const { runId } = workspace.state.get();
  const { others, iou } = workspace.comparison.get();
  if (runId === null || others.length === 0) {
    workspace.comparison.update((value) => ({ ...value, found: null, pending: false, error: null, at: null }));
    return;
  }
  workspace.comparison.update((value) => ({ ...value, pending: true, error: null }));
  const began = performance.now();
  try {
    const found = await readPlaces(runId, { others, iou, page: workspace.page, bbox: part }, signal);
    reading.tookMs = performance.now() - began;
    workspace.comparison.update((value) => ({ ...value, found, pending: false, at: stillAt(value, found) }));
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

/** Compares again, soon, when findings of the image have changed, by whoever's hand, while a comparison is shown. */
export function followComparison(workspace: Workspace) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  return {
    changed(): void {
      const { open, others } = workspace.comparison.get();
      if (timer || !open || others.length === 0) return;
      timer = setTimeout(
        () => {
          timer = null;
          void readComparison(workspace, readings.get(workspace)?.part ?? null);
        },
        Math.max(REST_MS, (readings.get(workspace)?.tookMs ?? 0) / SHARE),
      );
    },
    stop(): void {
      if (timer) clearTimeout(timer);
    },
  };
}
