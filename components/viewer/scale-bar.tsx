"use client";

import { roleAllows } from "#lib/core/access/role.ts";
import { openSheet } from "../review/actions.ts";
import { type Store, useStore } from "../state/store.ts";
import { useWorkspace } from "../workspace/context.tsx";
import { scaleBar } from "./length.ts";
import { useGround } from "./use-ground.ts";
import type { StageSight } from "./viewer-stage.tsx";

const MAX_SCREEN_PIXELS = 150;
const LOOK =
  "rounded-md bg-black/65 ring-1 ring-white/25 px-2.5 pt-1 pb-1.5 text-center text-xs font-medium text-white tabular-nums";

/** A bar of a round length at the present zoom; a press says what the length of a pixel is. */
export function ScaleBar({ sight }: { sight: Store<StageSight> }) {
  const { workspace } = useWorkspace();
  const ground = useGround();
  const zoom = useStore(sight, (value) => value.view?.zoom ?? null);
  if (zoom === null || zoom <= 0) return null;
  const bar = scaleBar(zoom, ground?.metresPerPixel ?? null, MAX_SCREEN_PIXELS);
  const drawn = (
    <>
      {bar.text}
      <span className="mt-0.5 block h-1.5 border border-t-0 border-white" style={{ width: bar.screenPixels }} />
    </>
  );
  if (!roleAllows(workspace.role, "operator")) {
    return (
      <div role="img" aria-label={`Scale: this bar is ${bar.text}`} className={LOOK}>
        {drawn}
      </div>
    );
  }
  return (
    <button
      type="button"
      aria-label={`Scale: this bar is ${bar.text}. Change the scale`}
      title="Change the scale"
      onClick={() => openSheet(workspace, "scale")}
      className={`${LOOK} pointer-events-auto hover:bg-black/80`}
    >
      {drawn}
    </button>
  );
}
