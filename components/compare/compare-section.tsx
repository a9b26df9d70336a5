"use client";

import { X } from "lucide-react";
import { useStore } from "../state/store.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Spinner } from "../ui/spinner.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { Agreement } from "./agreement.tsx";
import { CompareExport } from "./compare-export.tsx";
import { CompareSides } from "./compare-sides.tsx";
import { type ComparisonState, NOTHING_COMPARED } from "./comparison.ts";
import { Parts } from "./parts.tsx";
import { VennDiagram } from "./venn.tsx";

/** What the run that is shown shares with others, and what either has alone. Nothing until it is asked for. */
export function CompareSection() {
  const { workspace } = useWorkspace();
  const runId = useWorkspaceState((state) => state.runId);
  const { open, pending, error, found } = useStore(workspace.comparison, (value) => ({
    open: value.open,
    pending: value.pending,
    error: value.error,
    found: value.found,
  }));
  if (!open || runId === null) return null;
  const set = (change: Partial<ComparisonState>): void =>
    workspace.comparison.update((value) => ({ ...value, ...change }));
  return (
    <section aria-labelledby="comparison" className="flex flex-col gap-2.5 border-b border-line px-3 py-2">
      <div className="flex items-center justify-between gap-2">
        <h2 id="comparison" className="font-semibold">
          Comparison
        </h2>
        <span className="flex items-center gap-1">
          {pending && <Spinner label="Comparing" size={14} />}
          <IconButton
            name="End the comparison"
            icon={<X size={15} aria-hidden />}
            onClick={() => set({ ...NOTHING_COMPARED, open: false })}
          />
        </span>
      </div>
      <CompareSides />
      {error && (
        <p role="alert" className="text-bad">
          {error}
        </p>
      )}
      {found && (
        <>
          <VennDiagram found={found} />
          <Parts found={found} />
          <Agreement found={found} />
          {found.sides.length === 2 && <CompareExport runId={runId} found={found} />}
        </>
      )}
    </section>
  );
}
