"use client";

import { Search, X } from "lucide-react";
import { z } from "zod";
import { REVIEW_ORDERS } from "#lib/core/api/review.ts";
import { useStore } from "../../state/store.ts";
import { Button } from "../../ui/button.tsx";
import { useWorkspace, useWorkspaceState } from "../../workspace/context.tsx";
import { useFindingView } from "../../workspace/use-finding-view.ts";
import { openSheet } from "../actions.ts";

const orderSchema = z.enum(REVIEW_ORDERS);
const NAMES = { uncertainty: "Least certain first", label: "By class", size: "Largest first", random: "Random sample" };
const SELECT = "h-7 rounded-md border border-edge/60 bg-raised px-1.5 text-xs";

/** Which findings come, in which order; and what else can be done in review. */
export function QueueChoice() {
  const { workspace, mode } = useWorkspace();
  const { order, label } = useStore(mode.store, (value) => ({ order: value.order, label: value.label }));
  const { classes } = useFindingView();
  const hasRun = useWorkspaceState((state) => state.runId !== null);
  return (
    <>
      <Button small look="quiet" icon={<X size={14} aria-hidden />} onClick={mode.leave}>
        Leave
      </Button>
      <select
        aria-label="Order of review"
        className={SELECT}
        value={order}
        onChange={(event) => {
          mode.restart({ order: orderSchema.parse(event.target.value) });
          event.target.blur();
        }}
      >
        {REVIEW_ORDERS.map((each) => (
          <option key={each} value={each}>
            {NAMES[each]}
          </option>
        ))}
      </select>
      <select
        aria-label="Class to review"
        className={`${SELECT} max-w-40`}
        value={label ?? ""}
        onChange={(event) => {
          mode.restart({ label: event.target.value || null });
          event.target.blur();
        }}
      >
        <option value="">All classes</option>
        {classes.map((each) => (
          <option key={each} value={each}>
            {each}
          </option>
        ))}
      </select>
      <Button small look="quiet" onClick={() => openSheet(workspace, "accept-many")}>
        Accept all above…
      </Button>
      {hasRun && (
        <Button small look="quiet" icon={<Search size={14} aria-hidden />} onClick={mode.startSearch}>
          Search a tile
        </Button>
      )}
    </>
  );
}
