"use client";

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { MOST_OTHERS } from "#lib/core/api/compared-places.ts";
import type { FindingSetChoice } from "#lib/core/detection/finding-set.ts";
import { listFindingSets } from "../api/comparisons.ts";
import { runName } from "../runs/run-name.ts";
import { useStore } from "../state/store.ts";
import { formatCount } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { letterOf } from "./comparison.ts";

const SELECT = "h-7 w-full min-w-0 rounded-md border border-edge/60 bg-raised px-1.5 text-xs";
const IOUS = [0.1, 0.3, 0.5, 0.7, 0.9];

/** Who is compared with whom, and from which overlap on two findings are one. */
export function CompareSides() {
  const { workspace } = useWorkspace();
  const { runs, runId, imageId } = useWorkspaceState((state) => ({
    runs: state.runs,
    runId: state.runId,
    imageId: state.image.id,
  }));
  const { others, iou } = useStore(workspace.comparison, (value) => ({ others: value.others, iou: value.iou }));
  const [sets, setSets] = useState<readonly FindingSetChoice[]>([]);
  useEffect(() => {
    // Without them runs can still be compared.
    listFindingSets(imageId).then(setSets, () => undefined);
  }, [imageId]);
  const choose = (next: readonly string[]): void =>
    workspace.comparison.update((value) => ({ ...value, others: next, hidden: new Set() }));
  const nameOf = (id: string): string => {
    const run = runs.find((each) => each.id === id);
    return run ? runName(run) : (sets.find((set) => set.id === id)?.name ?? id);
  };
  const taken = new Set([runId, ...others]);
  const free = { runs: runs.filter(({ id }) => !taken.has(id)), sets: sets.filter(({ id }) => !taken.has(id)) };
  return (
    <div className="flex flex-col gap-1.5">
      <ol className="flex flex-col gap-1">
        {[runId ?? "", ...others].map((id, side) => (
          <li key={id} className="flex items-center gap-2">
            <span className="inline-flex size-5 shrink-0 items-center justify-center rounded bg-ink text-xs font-semibold text-panel">
              {letterOf(side)}
            </span>
            <span className="min-w-0 flex-1 truncate" title={nameOf(id)}>
              {nameOf(id)}
            </span>
            {side > 0 && (
              <IconButton
                name={`Take ${letterOf(side)} out`}
                icon={<X size={13} aria-hidden />}
                onClick={() => choose(others.filter((other) => other !== id))}
              />
            )}
          </li>
        ))}
      </ol>
      {others.length < MOST_OTHERS && (
        <select
          aria-label="Compare with"
          className={SELECT}
          value=""
          onChange={(event) => choose([...others, event.target.value])}
        >
          <option value="" disabled>
            {free.runs.length + free.sets.length === 0 ? "There is nothing else to compare with" : "Compare with…"}
          </option>
          {free.sets.map(({ id, name, findings }) => (
            <option key={id} value={id}>
              {name} ({formatCount(findings)})
            </option>
          ))}
          {free.runs.map((run) => (
            <option key={run.id} value={run.id}>
              {runName(run)} ({formatCount(run.findings)})
            </option>
          ))}
        </select>
      )}
      <label className="flex items-center gap-2 text-xs text-muted">
        One thing from an overlap (IoU) of
        <select
          className="h-6 rounded-md border border-edge/60 bg-raised px-1 text-xs text-ink tabular-nums"
          value={iou}
          onChange={(event) => workspace.comparison.update((value) => ({ ...value, iou: Number(event.target.value) }))}
        >
          {[...new Set([...IOUS, iou])]
            .sort((a, b) => a - b)
            .map((each) => (
              <option key={each} value={each}>
                {each}
              </option>
            ))}
        </select>
      </label>
    </div>
  );
}
