"use client";

import { CloudOff, TriangleAlert } from "lucide-react";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { Spinner } from "../ui/spinner.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { openSheet } from "./actions.ts";

/** Whether what was decided is safe on the server, and what to do where it is not. */
export function SaveState() {
  const { workspace, review } = useWorkspace();
  const { state, waiting, unkept } = useStore(review.saving, (value) => value);
  const { touched, conflicts } = useWorkspaceState((value) => ({
    touched: value.deeds.done.length > 0,
    conflicts: value.conflicts.length,
  }));
  if (conflicts > 0) {
    return (
      <Button
        small
        look="quiet"
        className="text-warn"
        icon={<TriangleAlert size={13} aria-hidden />}
        onClick={() => openSheet(workspace, "conflict")}
      >
        {plural(conflicts, "conflict")}
      </Button>
    );
  }
  if (state === "offline" || state === "signed-out") {
    const until = state === "offline" ? "until the server is back" : "until you sign in again";
    return (
      <span role="status" className="inline-flex items-center gap-1 text-xs text-warn">
        <CloudOff size={13} aria-hidden />
        {waiting} {unkept ? "in this tab alone: leave it open" : `kept here ${until}`}
      </span>
    );
  }
  if (state === "saving") return <Spinner label="Saving" size={13} />;
  return touched ? (
    <span role="status" className="text-xs text-muted">
      Saved
    </span>
  ) : null;
}
