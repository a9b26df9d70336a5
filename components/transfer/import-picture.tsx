"use client";

import { useEffect, useRef } from "react";
import type { ImportReport } from "#lib/core/api/imports.ts";
import { pagePicture } from "../viewer/tile-source.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";

const WIDTH = 440;

/** The page that is shown, with the boxes that would come in drawn over it, and fainter those that are there already. */
export function ImportPicture({ boxes }: { boxes: ImportReport["boxes"] }) {
  const { workspace } = useWorkspace();
  const image = useWorkspaceState((state) => state.image);
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = image;
  const here = boxes.filter(({ page }) => page === workspace.page);
  const scale = WIDTH / Math.max(width ?? 1, 1.6 * (height ?? 1));

  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (!context) return;
    const ratio = window.devicePixelRatio;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, WIDTH, WIDTH);
    context.lineWidth = 1;
    for (const { box, isNew } of here) {
      const [x, y, w, h] = box.map((value) => value * scale) as [number, number, number, number];
      context.strokeStyle = isNew ? "#22c55e" : "rgb(255 255 255 / 55%)";
      context.strokeRect(x, y, Math.max(w, 1.5), Math.max(h, 1.5));
    }
  });

  if (width === null || height === null) return null;
  const [across, down] = [Math.round(width * scale), Math.round(height * scale)];
  const picture = pagePicture(image, workspace.page);
  const elsewhere = boxes.length - here.length;
  return (
    <figure className="m-0">
      <div className="relative mx-auto overflow-hidden rounded-md bg-stage" style={{ width: across, height: down }}>
        {/* biome-ignore lint/performance/noImgElement: the server has made this tile already */}
        {picture && <img src={picture} alt="" className="absolute inset-0 size-full" />}
        <canvas
          ref={canvas}
          role="img"
          aria-label={`${here.length} boxes on the picture`}
          width={Math.round(across * (typeof window === "undefined" ? 1 : window.devicePixelRatio))}
          height={Math.round(down * (typeof window === "undefined" ? 1 : window.devicePixelRatio))}
          className="absolute inset-0 size-full"
        />
      </div>
      {elsewhere > 0 && <figcaption className="mt-1 text-xs text-muted">More of them are on other pages.</figcaption>}
    </figure>
  );
}
