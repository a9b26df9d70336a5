"use client";

import { CircleAlert, ShieldAlert } from "lucide-react";
import { useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { thumbnailAddress } from "../api/images.ts";
import type { Viewer } from "../shell/header.tsx";
import { Button } from "../ui/button.tsx";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { ReleaseDialog } from "./release-dialog.tsx";

const FRAME =
  "relative flex aspect-[4/3] flex-col items-center justify-center gap-2 overflow-hidden bg-stage p-4 text-center";

/** The upper part of a card: the thumbnail, or how far the picture is on its way to one, or why there is none. */
export function CardPicture({ image, viewer }: { image: Image; viewer: Viewer }) {
  const [releasing, setReleasing] = useState(false);
  switch (image.state) {
    case "ready":
      return (
        <div className={FRAME}>
          {/* biome-ignore lint/performance/noImgElement: the server has made the thumbnail already */}
          <img
            src={thumbnailAddress(image.id)}
            alt=""
            loading="lazy"
            className="absolute inset-0 size-full object-cover"
          />
        </div>
      );
    case "uploading":
    case "ingesting":
      return (
        <div className={FRAME}>
          <p className="font-medium">{image.state === "uploading" ? "Arriving" : "Being prepared"}</p>
          <div className="w-3/4">
            <ProgressBar name={`Preparation of ${image.name}`} fraction={image.progress} />
          </div>
        </div>
      );
    case "blocked":
      return (
        <div className={FRAME}>
          <ShieldAlert size={22} className="text-warn" aria-hidden />
          <p className="font-medium">Blocked by moderation</p>
          <p className="line-clamp-3 text-xs text-muted">{image.moderation?.reason ?? image.error}</p>
          {roleAllows(viewer.role, "owner") && (
            <Button small onClick={() => setReleasing(true)}>
              Release…
            </Button>
          )}
          <ReleaseDialog image={image} open={releasing} onClose={() => setReleasing(false)} />
        </div>
      );
    case "failed":
      return (
        <div className={FRAME}>
          <CircleAlert size={22} className="text-bad" aria-hidden />
          <p className="font-medium">Could not be prepared</p>
          <p className="line-clamp-4 text-xs text-muted">{image.error}</p>
        </div>
      );
  }
}
