"use client";

import type { ComparedPlaces } from "#lib/core/api/compared-places.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { formatCount } from "../ui/format.ts";
import { useWorkspace } from "../workspace/context.tsx";
import { keyOf, wordsOf } from "./comparison.ts";
import { cssOf, lookOf, type PartLook } from "./part-look.ts";
import { readComparison } from "./use-comparison.ts";

/** How many places each part of the comparison has, with its look; each can be taken out of picture and list. */
export function Parts({ found }: { found: ComparedPlaces }) {
  const { workspace } = useWorkspace();
  const hidden = useStore(workspace.comparison, (value) => value.hidden);
  const toggle = (key: string): void =>
    workspace.comparison.update((value) => {
      const next = new Set(value.hidden);
      if (!next.delete(key)) next.add(key);
      return { ...value, hidden: next };
    });
  const sides = found.sides.length;
  const lookHere = (): void => void readComparison(workspace, workspace.camera.current?.visible() ?? null);
  return (
    <>
      <ul className="flex flex-col">
        {found.regions.map((region) => (
          <li key={keyOf(region)}>
            <label className="flex items-center gap-2 rounded px-1 py-0.5 hover:bg-hover">
              <input type="checkbox" checked={!hidden.has(keyOf(region))} onChange={() => toggle(keyOf(region))} />
              <Sample look={lookOf(region, sides)} />
              <span className="min-w-0 flex-1 truncate">{wordsOf(region, sides)}</span>
              <span className="tabular-nums">{formatCount(region.count)}</span>
            </label>
          </li>
        ))}
      </ul>
      {found.places.length < found.total && (
        <div className="flex items-center gap-2 text-xs text-muted tabular-nums">
          <span className="min-w-0 flex-1">
            {formatCount(found.places.length)} of {formatCount(found.total)} places are drawn
          </span>
          <Button small onClick={lookHere}>
            Draw those in sight
          </Button>
        </div>
      )}
    </>
  );
}

/** A box as the part is drawn. */
function Sample({ look }: { look: PartLook }) {
  return (
    <svg aria-hidden="true" viewBox="0 0 22 14" className="h-3.5 w-5.5 shrink-0 rounded-[2px] bg-[#3a4048]">
      <rect
        x="2.5"
        y="2.5"
        width="17"
        height="9"
        fill="none"
        stroke={cssOf(look)}
        strokeWidth={look.width}
        strokeDasharray={look.dash.map((each) => each / 1.6).join(" ")}
      />
    </svg>
  );
}
