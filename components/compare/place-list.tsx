"use client";

import { useMemo, useRef } from "react";
import type { ComparedPlace } from "#lib/core/api/compared-places.ts";
import { useLongScroll } from "../review/use-long-scroll.ts";
import { useStore } from "../state/store.ts";
import { formatCount, formatScore } from "../ui/format.ts";
import { Swatch } from "../ui/swatch.tsx";
import { useWorkspace } from "../workspace/context.tsx";
import { keyOf, letterOf, wordsOf } from "./comparison.ts";

const ROW_HEIGHT = 40;
const SPARE_ROWS = 8;

/** The places of a comparison that are shown, those that not all share first; only those in sight are in the document. */
export function PlaceList() {
  const { workspace } = useWorkspace();
  const { found, hidden, at } = useStore(workspace.comparison, (value) => ({
    found: value.found,
    hidden: value.hidden,
    at: value.at,
  }));
  const frame = useRef<HTMLDivElement>(null);
  const shown = useMemo(
    () => (found?.places ?? []).flatMap((place, index) => (hidden.has(keyOf(place)) ? [] : [{ place, index }])),
    [found, hidden],
  );
  const scroll = useLongScroll(frame, shown.length * ROW_HEIGHT);
  const first = Math.max(0, Math.floor(scroll.top / ROW_HEIGHT) - SPARE_ROWS);
  const last = Math.min(shown.length, Math.ceil((scroll.top + scroll.height) / ROW_HEIGHT) + SPARE_ROWS);
  const choose = (index: number, { box }: ComparedPlace): void => {
    workspace.comparison.update((value) => ({ ...value, at: index }));
    workspace.camera.current?.flyTo([...box]);
  };
  return (
    <section aria-label="Places" className="flex min-h-0 flex-1 flex-col">
      <h2 className="border-b border-line px-3 py-2 font-semibold">
        Places{" "}
        <span className="font-normal text-muted tabular-nums">
          {formatCount(shown.length)} of {formatCount(found?.total ?? 0)}
        </span>
      </h2>
      <div ref={frame} onScroll={scroll.onScroll} className="scroll-quiet relative min-h-0 flex-1 overflow-y-auto">
        <div style={{ height: scroll.trackHeight }} />
        {shown.slice(first, last).map(({ place, index }, offset) => (
          <button
            key={index}
            type="button"
            aria-pressed={index === at}
            onClick={() => choose(index, place)}
            style={{ transform: `translateY(${(first + offset) * ROW_HEIGHT - scroll.shift}px)`, height: ROW_HEIGHT }}
            className={`absolute inset-x-0 top-0 flex items-center gap-2 border-b border-line px-3 text-left hover:bg-hover ${index === at ? "bg-accent-soft/60" : ""}`}
          >
            <span className="w-9 shrink-0 text-xs font-semibold" title={wordsOf(place, found?.sides.length ?? 2)}>
              {place.in.map(letterOf).join("")}
              {place.renamed && "≠"}
            </span>
            <Names labels={place.labels} />
            <span className="text-xs text-muted tabular-nums">
              {place.score === null ? "" : formatScore(place.score)}
            </span>
          </button>
        ))}
        {shown.length === 0 && <p className="p-4 text-muted">No places of the parts that are ticked.</p>}
      </div>
    </section>
  );
}

/** The names that a place is given, each once. */
function Names({ labels }: { labels: readonly string[] }) {
  return (
    <span className="flex min-w-0 flex-1 items-center gap-2 truncate">
      {[...new Set(labels)].map((label) => (
        <span key={label} className="inline-flex items-center gap-1.5 truncate">
          <Swatch label={label} />
          {label}
        </span>
      ))}
    </span>
  );
}
