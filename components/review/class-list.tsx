"use client";

import { Eye, EyeOff } from "lucide-react";
import { Button } from "../ui/button.tsx";
import { classNames } from "../ui/class-names.ts";
import { formatCount } from "../ui/format.ts";
import { Kbd } from "../ui/kbd.tsx";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { soloLabel, toggleLabel } from "../workspace/workspace-state.ts";

/** The classes that occur: colour, number key, how many are shown, and a switch each. */
export function ClassList() {
  const { workspace } = useWorkspace();
  const { tally, classes } = useFindingView();
  const hidden = useWorkspaceState((state) => state.filter.hiddenLabels);
  const counts = new Map(tally.labels.map((each) => [each.label, each]));
  const listed = classes.filter((label) => counts.has(label));
  if (listed.length === 0) return null;
  return (
    <section aria-label="Classes" className="border-b border-line py-2">
      <div className="flex items-center justify-between px-3 pb-1">
        <h2 className="font-semibold">Classes</h2>
        {hidden.size > 0 && (
          <Button
            small
            look="quiet"
            onClick={() =>
              workspace.state.update((state) => ({ ...state, filter: { ...state.filter, hiddenLabels: new Set() } }))
            }
          >
            Show all
          </Button>
        )}
      </div>
      <ul>
        {listed.map((label) => {
          const count = counts.get(label);
          const off = hidden.has(label);
          const number = classes.indexOf(label) + 1;
          return (
            <li key={label} className="group flex h-7 items-center gap-2 px-3 hover:bg-hover">
              <button
                type="button"
                role="switch"
                aria-checked={!off}
                aria-label={`Show ${label}`}
                onClick={(event) =>
                  workspace.state.update((state) => ({
                    ...state,
                    filter: event.altKey ? soloLabel(state.filter, label, listed) : toggleLabel(state.filter, label),
                  }))
                }
                title="Alt: this one alone"
                className="flex min-w-0 flex-1 items-center gap-2 text-left"
              >
                <Swatch label={label} />
                <span className={classNames("min-w-0 flex-1 truncate", off && "text-muted line-through")}>{label}</span>
                <span className="text-xs text-muted tabular-nums">
                  {count && count.shown !== count.total
                    ? `${formatCount(count.shown)} of ${formatCount(count.total)}`
                    : formatCount(count?.total ?? 0)}
                </span>
                {off ? (
                  <EyeOff size={14} className="text-muted" aria-hidden />
                ) : (
                  <Eye size={14} className="text-muted" aria-hidden />
                )}
              </button>
              {number <= 9 && <Kbd keys={String(number)} />}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
