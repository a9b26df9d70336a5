"use client";

import { CloudOff } from "lucide-react";
import { useStore } from "../state/store.ts";
import { Spinner } from "../ui/spinner.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";

/** Whether what was decided is safe on the server. */
export function SaveState() {
  const { review } = useWorkspace();
  const { state, waiting } = useStore(review.saving, (value) => value);
  const touched = useWorkspaceState((value) => value.deeds.length > 0);
  if (state === "offline") {
    return (
      <span role="status" className="inline-flex items-center gap-1 text-xs text-warn">
        <CloudOff size={13} aria-hidden />
        {waiting} kept here until the server is back
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
