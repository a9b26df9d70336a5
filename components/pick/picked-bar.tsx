"use client";

import { Check, EyeOff, RotateCcw, Tag, Trash2, X } from "lucide-react";
import { roleAllows } from "#lib/core/access/role.ts";
import { openSheet } from "../review/actions.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { decideOnPicked } from "./decide-on-picked.ts";
import { dropPicked } from "./pick.ts";
import { putAside } from "./put-aside.ts";

/** So many classes are told one by one. */
const MOST_CLASSES = 4;

/** What can be done with the findings chosen together; undo takes it back from all of them at once. */
export function PickedBar() {
  const { workspace, review } = useWorkspace();
  const { picked } = useWorkspaceState((state) => ({ picked: state.picked, revision: state.listRevision }));
  if (picked.size === 0) return null;
  const decide = (change: Parameters<typeof decideOnPicked>[2]) => () => decideOnPicked(workspace, review, change);
  return (
    <section aria-label="Chosen findings" className="flex flex-col gap-3 border-t border-line p-3">
      <div className="flex items-center gap-2">
        <h2 className="min-w-0 flex-1 text-base font-semibold" aria-live="polite">
          {plural(picked.size, "finding")} chosen
        </h2>
        <IconButton name="Choose none" keys="Esc" icon={<X size={15} />} onClick={() => dropPicked(workspace)} />
      </div>
      <Classes ids={picked} />
      {roleAllows(workspace.role, "reviewer") && (
        <div className="flex flex-wrap items-center gap-1.5">
          <Button
            small
            className="flex-1"
            icon={<Check size={14} aria-hidden />}
            onClick={decide({ review: "accepted" })}
          >
            Accept all
          </Button>
          <Button small className="flex-1" icon={<X size={14} aria-hidden />} onClick={decide({ review: "rejected" })}>
            Reject all
          </Button>
          <Button small icon={<Tag size={14} aria-hidden />} onClick={() => openSheet(workspace, "relabel")}>
            Relabel
          </Button>
          <IconButton
            name="All back in the queue"
            keys="Q"
            icon={<RotateCcw size={15} />}
            onClick={decide({ review: "unreviewed" })}
          />
          <IconButton
            name="Remove what was drawn, reject the others"
            keys="Delete"
            icon={<Trash2 size={15} />}
            onClick={decide({ remove: true })}
          />
        </div>
      )}
      <Button small look="quiet" icon={<EyeOff size={14} aria-hidden />} onClick={() => putAside(workspace)}>
        Put aside
      </Button>
    </section>
  );
}

function Classes({ ids }: { ids: ReadonlySet<string> }) {
  const { table } = useWorkspace().workspace;
  const counts = new Map<string, number>();
  for (const id of ids) {
    const label = table.find(id)?.label;
    if (label !== undefined) counts.set(label, (counts.get(label) ?? 0) + 1);
  }
  const sorted = [...counts].sort((a, b) => b[1] - a[1]);
  const others = sorted.length - MOST_CLASSES;
  return (
    <ul className="flex flex-wrap gap-x-3 gap-y-1 text-xs text-muted tabular-nums">
      {sorted.slice(0, MOST_CLASSES).map(([label, count]) => (
        <li key={label} className="flex items-center gap-1.5">
          <Swatch label={label} />
          {label} {count.toLocaleString("en")}
        </li>
      ))}
      {others > 0 && <li>and {plural(others, "more class", "more classes")}</li>}
    </ul>
  );
}
