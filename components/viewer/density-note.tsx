"use client";

import { useStore } from "../state/store.ts";
import { formatCount } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";

/** Says so where findings lie too closely to be drawn one by one: what is seen then is how many lie where. */
export function DensityNote() {
  const { workspace } = useWorkspace();
  const { shows, inView } = useStore(workspace.sight, (sight) => sight);
  const hidden = useWorkspaceState((state) => state.layers.hidden);
  if (shows === "boxes" || hidden) return null;
  return (
    <p role="status" className="rounded-md bg-panel/90 px-2 py-1 text-xs tabular-nums shadow-float">
      Density of about {formatCount(inView)} findings. Zoom in to see each.
    </p>
  );
}
