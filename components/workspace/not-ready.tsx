"use client";

import { CircleAlert, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import { ReleaseDialog } from "../library/release-dialog.tsx";
import type { Viewer } from "../shell/header.tsx";
import { Button } from "../ui/button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { useWorkspaceState } from "./context.tsx";

/** In the picture's place while there is none to show: how far it is, or why it never will be. */
export function NotReady({ viewer }: { viewer: Viewer }) {
  const image = useWorkspaceState((state) => state.image);
  const [releasing, setReleasing] = useState(false);
  return (
    <div className="flex flex-1 flex-col items-center justify-center gap-3 bg-stage p-8 text-center">
      {(image.state === "ingesting" || image.state === "uploading") && (
        <>
          <p className="text-base font-semibold">The picture is being prepared</p>
          <div className="w-72">
            <ProgressBar name="Preparation" fraction={image.progress} />
          </div>
          <p className="text-muted">
            It is checked, then cut for deep zoom. This page shows it as soon as it is ready.
          </p>
        </>
      )}
      {image.state === "blocked" && (
        <>
          <ShieldAlert size={28} className="text-warn" aria-hidden />
          <p className="text-base font-semibold">Moderation blocked this picture</p>
          <p className="max-w-md text-muted">{image.moderation?.reason ?? image.error}</p>
          {roleAllows(viewer.role, "owner") && <Button onClick={() => setReleasing(true)}>Release…</Button>}
          <ReleaseDialog image={image} open={releasing} onClose={() => setReleasing(false)} />
        </>
      )}
      {image.state === "failed" && (
        <>
          <CircleAlert size={28} className="text-bad" aria-hidden />
          <p className="text-base font-semibold">The picture could not be prepared</p>
          <p className="max-w-md text-muted">{image.error}</p>
        </>
      )}
    </div>
  );
}
