import { formatShownBands } from "#lib/core/display/shown-bands.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { MountedViewer } from "../mount-viewer.ts";
import { tileSource } from "../tile-source.ts";
import { isPlain } from "./tone.ts";
import { TONE_FILTER } from "./tone-filter.tsx";

/** Pictures of earlier looks that stay beneath the newest until it is there. */
const MOST_BENEATH = 2;

/** Keeps the picture in the look that the workspace has. Returns what stops that. */
export function applyLook(viewer: MountedViewer, workspace: Workspace): () => void {
  const { osd } = viewer;
  const { state, page } = workspace;
  const addressOf = (): string => {
    const { shown } = state.get().look;
    return shown ? formatShownBands(shown) : "";
  };
  let address = addressOf();

  /** The new look is laid over the old one, which goes once it is covered: nothing flickers. */
  const change = (): void => {
    osd.addTiledImage({
      tileSource: tileSource(state.get().image, page, address),
      success: (event: object) => {
        const item = "item" in event ? event.item : null;
        const newest = [...Array(osd.world.getItemCount()).keys()]
          .map((index) => osd.world.getItemAt(index))
          .find((each) => each === item);
        newest?.addHandler("fully-loaded-change", ({ fullyLoaded }) => {
          if (fullyLoaded) removeBeneath(osd.world.getIndexOfItem(newest));
        });
        removeBeneath(osd.world.getItemCount() - 1 - MOST_BENEATH);
      },
    });
  };
  const removeBeneath = (index: number): void => {
    for (let count = 0; count < index; count += 1) osd.world.removeItem(osd.world.getItemAt(0));
  };
  const light = (): void => {
    osd.drawer.canvas.style.filter = isPlain(state.get().look.tone) ? "" : `url(#${TONE_FILTER})`;
  };
  const follow = (): void => {
    light();
    const wanted = addressOf();
    if (wanted === address) return;
    address = wanted;
    change();
  };
  light();
  return state.subscribe(follow);
}
