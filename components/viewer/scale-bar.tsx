"use client";

import { type Store, useStore } from "../state/store.ts";
import { scaleBar } from "./length.ts";
import { useGround } from "./use-ground.ts";
import type { StageSight } from "./viewer-stage.tsx";

const MAX_SCREEN_PIXELS = 150;

/** A bar of a round length at the present zoom. */
export function ScaleBar({ sight }: { sight: Store<StageSight> }) {
  const ground = useGround();
  const zoom = useStore(sight, (value) => value.view?.zoom ?? null);
  if (zoom === null || zoom <= 0) return null;
  const bar = scaleBar(zoom, ground?.metresPerPixel ?? null, MAX_SCREEN_PIXELS);
  return (
    <div
      role="img"
      aria-label={`Scale: this bar is ${bar.text}`}
      className="rounded-md bg-black/65 ring-1 ring-white/25 px-2.5 pt-1 pb-1.5 text-center text-xs font-medium text-white tabular-nums"
    >
      {bar.text}
      <div className="mt-0.5 h-1.5 border border-t-0 border-white" style={{ width: bar.screenPixels }} />
    </div>
  );
}
