"use client";

import { useState } from "react";
import { withThreshold } from "../findings/finding-filter.ts";
import { Button } from "../ui/button.tsx";
import { Slider } from "../ui/slider.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { MoreFilters } from "./more-filters.tsx";

/** A threshold for picture, list and counts, of all classes or of one, under the distribution of what it cuts. */
export function Confidence() {
  const { workspace } = useWorkspace();
  const { tally } = useFindingView();
  const [label, setLabel] = useState<string | null>(null);
  const { minScore, labelScores } = useWorkspaceState((state) => state.filter);
  const threshold = label === null ? minScore : (labelScores.get(label) ?? minScore);
  const names = tally.labels.map((each) => each.label);
  const most = Math.max(1, ...tally.histogram);
  const percent = (value: number): string => `${Math.round(value * 100)}%`;
  return (
    <section aria-label="Confidence" className="border-b border-line px-3 py-2">
      <div className="flex items-baseline justify-between">
        <h2 className="font-semibold">Confidence</h2>
        <span className="text-xs text-muted tabular-nums">at least {percent(threshold)}</span>
      </div>
      <div aria-hidden className="mt-2 flex h-10 items-end gap-px">
        {tally.histogram.map((count, bin) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its index
            key={bin}
            className={`flex-1 rounded-t-[1px] ${(bin + 1) / 20 <= threshold ? "bg-line" : "bg-accent/70"}`}
            style={{ height: count === 0 ? 1 : `${Math.max(6, (Math.sqrt(count) / Math.sqrt(most)) * 100)}%` }}
          />
        ))}
      </div>
      <Slider
        name="Minimum confidence"
        value={threshold}
        min={0}
        max={1}
        step={0.01}
        format={percent}
        onChange={(value) =>
          workspace.state.update((state) => ({ ...state, filter: withThreshold(state.filter, label, value) }))
        }
      />
      {names.length > 1 && (
        <div className="mt-1.5 flex items-center gap-2 text-xs">
          <select
            aria-label="Confidence of"
            value={label ?? ""}
            onChange={(event) => setLabel(names.find((name) => name === event.target.value) ?? null)}
            className="h-6 min-w-0 flex-1 rounded-md border border-edge/60 bg-raised px-1"
          >
            <option value="">of all classes</option>
            {names.map((name) => (
              <option key={name} value={name}>
                of {name}
                {labelScores.has(name) ? `: ${percent(labelScores.get(name) ?? 0)}` : ""}
              </option>
            ))}
          </select>
          {labelScores.size > 0 && (
            <Button
              small
              look="quiet"
              onClick={() =>
                workspace.state.update((state) => ({ ...state, filter: { ...state.filter, labelScores: new Map() } }))
              }
            >
              One for all
            </Button>
          )}
        </div>
      )}
      <MoreFilters />
    </section>
  );
}
