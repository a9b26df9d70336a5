"use client";

import { LayoutGrid, List } from "lucide-react";
import { z } from "zod";
import { REVIEW_STATES } from "#lib/core/detection/finding.ts";
import { SORTS } from "../findings/finding-order.ts";
import { showAside } from "../pick/put-aside.ts";
import { Button } from "../ui/button.tsx";
import { formatCount, plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { SaveState } from "./save-state.tsx";

const sortSchema = z.enum(SORTS.map((each) => each.id));
const reviewSchema = z.enum(["all", ...REVIEW_STATES]);
const SELECT = "h-7 min-w-0 rounded-md border border-edge/60 bg-raised px-1.5 text-xs";

/** How many findings are shown of how many, in which order, and whether all that was decided is saved. */
export function ListHead() {
  const { workspace } = useWorkspace();
  const { tally } = useFindingView();
  const { sort, grouped, listedAs, filter, loading } = useWorkspaceState((state) => ({
    grouped: state.grouped,
    listedAs: state.listedAs,
    sort: state.sort,
    filter: state.filter,
    loading: state.loading,
  }));
  const here = workspace.table.size;
  const isPartial = loading.state === "partial" && here < tally.total;
  return (
    <div className="flex flex-col gap-2 border-b border-line px-3 py-2">
      <div className="flex items-center justify-between gap-2">
        <h2 className="font-semibold">
          Findings{" "}
          <span className="font-normal text-muted tabular-nums" aria-live="polite">
            showing {formatCount(tally.shown)} of {formatCount(tally.total)}
          </span>
        </h2>
        <SaveState />
      </div>
      <div className="flex gap-2">
        <select
          aria-label="Sort findings"
          className={`${SELECT} flex-1`}
          value={sort}
          onChange={(event) => {
            const next = sortSchema.parse(event.target.value);
            workspace.state.update((state) => ({ ...state, sort: next }));
          }}
        >
          {SORTS.map((each) => (
            <option key={each.id} value={each.id}>
              {each.name}
            </option>
          ))}
        </select>
        <select
          aria-label="Show by review state"
          className={`${SELECT} flex-1`}
          value={filter.review}
          onChange={(event) => {
            const review = reviewSchema.parse(event.target.value);
            workspace.state.update((state) => ({ ...state, filter: { ...state.filter, review } }));
          }}
        >
          <option value="all">All</option>
          <option value="unreviewed">To review ({formatCount(tally.review.unreviewed)})</option>
          <option value="accepted">Accepted ({formatCount(tally.review.accepted)})</option>
          <option value="rejected">Rejected ({formatCount(tally.review.rejected)})</option>
        </select>
      </div>
      <div className="flex items-center justify-between">
        <label className="flex items-center gap-1.5 text-xs text-muted">
          <input
            type="checkbox"
            checked={grouped}
            onChange={(event) => {
              const next = event.target.checked;
              workspace.state.update((state) => ({ ...state, grouped: next }));
            }}
          />
          Class by class
        </label>
        <div className="flex gap-0.5">
          <IconButton
            name="As a list"
            className="size-7"
            pressed={listedAs === "rows"}
            icon={<List size={15} />}
            onClick={() => workspace.state.update((state) => ({ ...state, listedAs: "rows" }))}
          />
          <IconButton
            name="As pictures"
            keys="I"
            className="size-7"
            pressed={listedAs === "crops"}
            icon={<LayoutGrid size={15} />}
            onClick={() => workspace.state.update((state) => ({ ...state, listedAs: "crops" }))}
          />
        </div>
      </div>
      {filter.hiddenIds.size > 0 && (
        <p className="flex items-center justify-between text-xs text-muted tabular-nums">
          {plural(filter.hiddenIds.size, "finding")} put aside
          <Button small look="quiet" onClick={() => showAside(workspace)}>
            Show again
          </Button>
        </p>
      )}
      {isPartial && (
        <p className="text-xs text-muted tabular-nums">
          {formatCount(here)} of {formatCount(tally.total)} are listed so far, those where you look first.
        </p>
      )}
    </div>
  );
}
