"use client";

import { Slider } from "../ui/slider.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";

/** One threshold for picture, list and counts, under the distribution of what it cuts. */
export function Confidence() {
  const { workspace } = useWorkspace();
  const { tally } = useFindingView();
  const minScore = useWorkspaceState((state) => state.filter.minScore);
  const most = Math.max(1, ...tally.histogram);
  const percent = (value: number): string => `${Math.round(value * 100)}%`;
  return (
    <section aria-label="Confidence" className="border-b border-line px-3 py-2">
      <div className="flex items-baseline justify-between">
        <h2 className="font-semibold">Confidence</h2>
        <span className="text-xs text-muted tabular-nums">at least {percent(minScore)}</span>
      </div>
      <div aria-hidden className="mt-2 flex h-10 items-end gap-px">
        {tally.histogram.map((count, bin) => (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its index
            key={bin}
            className={`flex-1 rounded-t-[1px] ${(bin + 1) / 20 <= minScore ? "bg-line" : "bg-accent/70"}`}
            style={{ height: count === 0 ? 1 : `${Math.max(6, (Math.sqrt(count) / Math.sqrt(most)) * 100)}%` }}
          />
        ))}
      </div>
      <Slider
        name="Minimum confidence"
        value={minScore}
        min={0}
        max={1}
        step={0.01}
        format={percent}
        onChange={(value) =>
          workspace.state.update((state) => ({ ...state, filter: { ...state.filter, minScore: value } }))
        }
      />
    </section>
  );
}
