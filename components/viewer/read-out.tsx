"use client";

import { type Store, useStore } from "../state/store.ts";
import { useWorkspaceState } from "../workspace/context.tsx";
import { useGround } from "./use-ground.ts";
import type { StageSight } from "./viewer-stage.tsx";

/** Where the pointer is, in pixels and in the picture's own terms, and how far it is zoomed. */
export function ReadOut({ sight }: { sight: Store<StageSight> }) {
  const ground = useGround();
  const { pointer, view } = useStore(sight, (value) => value);
  const magnification = useWorkspaceState((state) => state.image.magnification);
  if (!view) return null;
  const place = pointer && ground?.locate(pointer.x, pointer.y);
  const scale = view.zoom * window.devicePixelRatio;
  return (
    <div className="rounded-md bg-black/65 ring-1 ring-white/25 px-2.5 py-1 text-xs text-white tabular-nums">
      {pointer && (
        <span className="mr-2">
          {Math.floor(pointer.x)}, {Math.floor(pointer.y)} px{place ? ` · ${place}` : ""}
        </span>
      )}
      <span data-testid="zoom" className="text-white/75">
        {magnification ? `${Number((magnification * scale).toPrecision(2))}× · ` : ""}
        {percent(scale)}
      </span>
    </div>
  );
}

const percent = (scale: number): string => `${scale < 0.1 ? (scale * 100).toFixed(1) : Math.round(scale * 100)}%`;
