"use client";

import type { SharedView } from "#lib/core/api/links.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import type { Workspace } from "../workspace/workspace.ts";
import { ShareButton } from "./share-button.tsx";

/** Shares what the workspace shows: this view, the report of this run, or the picture. */
export function ShareWorkspace() {
  const { workspace } = useWorkspace();
  const ready = useWorkspaceState((state) => state.image.state === "ready");
  return (
    <ShareButton
      disabled={!ready}
      shareable={() => {
        const { image, runId } = workspace.state.get();
        return { image, runId, view: viewOf(workspace) };
      }}
    />
  );
}

/** What of the page is on the screen, in whole pixels of it; null while nothing is. */
function viewOf({ camera, state, page }: Workspace): SharedView | null {
  const { width, height } = state.get().image;
  const visible = camera.current?.visible();
  if (!visible || width === null || height === null) return null;
  const [left, top] = [Math.max(0, Math.floor(visible[0])), Math.max(0, Math.floor(visible[1]))];
  const right = Math.min(width, Math.ceil(visible[0] + visible[2]));
  const bottom = Math.min(height, Math.ceil(visible[1] + visible[3]));
  return right - left < 1 || bottom - top < 1 ? null : { page, region: [left, top, right - left, bottom - top] };
}
