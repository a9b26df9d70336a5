"use client";

import { z } from "zod";
import { FINDING_SOURCES } from "#lib/core/detection/finding.ts";
import type { FindingFilter } from "../findings/finding-filter.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";

const sourceSchema = z.enum(["all", ...FINDING_SOURCES]);
const SOURCE_NAMES: Record<z.infer<typeof sourceSchema>, string> = {
  all: "From anywhere",
  model: "From a model",
  person: "Drawn by hand",
  import: "Imported",
};
const INPUT = "h-6 min-w-0 rounded-md border border-edge/60 bg-raised px-1";

/** Narrows by where findings are from and by how large they are. */
export function MoreFilters() {
  const { workspace } = useWorkspace();
  const { source, minSide, maxSide } = useWorkspaceState((state) => state.filter);
  const change = (part: Partial<FindingFilter>): void =>
    workspace.state.update((state) => ({ ...state, filter: { ...state.filter, ...part } }));
  const pixels = (text: string): number | null => (Number(text) > 0 ? Number(text) : null);
  return (
    <details className="mt-1.5 text-xs" open={source !== "all" || minSide !== null || maxSide !== null}>
      <summary className="cursor-pointer text-muted">Source and size</summary>
      <div className="mt-1.5 grid grid-cols-2 gap-1.5">
        <select
          aria-label="Source"
          value={source}
          onChange={(event) => change({ source: sourceSchema.parse(event.target.value) })}
          className={`${INPUT} col-span-2`}
        >
          {sourceSchema.options.map((each) => (
            <option key={each} value={each}>
              {SOURCE_NAMES[each]}
            </option>
          ))}
        </select>
        <input
          type="number"
          min={0}
          aria-label="Longer side at least, in pixels"
          placeholder="from px"
          value={minSide ?? ""}
          onChange={(event) => change({ minSide: pixels(event.target.value) })}
          className={INPUT}
        />
        <input
          type="number"
          min={0}
          aria-label="Longer side at most, in pixels"
          placeholder="to px"
          value={maxSide ?? ""}
          onChange={(event) => change({ maxSide: pixels(event.target.value) })}
          className={INPUT}
        />
      </div>
    </details>
  );
}
