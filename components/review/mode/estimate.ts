import type { RunEstimate } from "#lib/core/api/review.ts";
import { noteSearched, readEstimate } from "../../api/review.ts";
import { tryTo } from "../../ui/try-to.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { Rectangle } from "../../workspace/workspace-state.ts";
import type { Review } from "../review-session.ts";

type Change = { estimate?: RunEstimate; search?: { tile: number; box: Rectangle } | null };

/** Decisions in a row ask for one new estimate, this long after the first of them. */
const PACE_MS = 1200;

/** Follows what decisions say of the run that is shown. */
export function createEstimate(workspace: Workspace, review: Review, set: (change: Change) => void) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  let known: RunEstimate | null = null;

  function take(estimate: RunEstimate): void {
    known = estimate;
    set({ estimate });
  }

  function read(): void {
    const { runId, reviewing } = workspace.state.get();
    if (runId === null || !reviewing) return;
    // Until it can be read, the last one stands.
    readEstimate(runId).then(take, () => undefined);
  }

  const unsubscribe = review.saving.subscribe(() => {
    if (review.saving.get().state !== "saved" || !workspace.state.get().reviewing) return;
    timer ??= setTimeout(() => {
      timer = null;
      read();
    }, PACE_MS);
  });

  return {
    read,

    /** Puts a tile before the person, chosen by chance among those that nobody searched, to mark everything that is there. */
    startSearch(): void {
      const searched = new Set(known?.recall.tiles ?? []);
      const tiles = workspace.ledger
        .tiles()
        .filter((tile) => tile !== undefined && !tile.wholePicture && !searched.has(tile.index));
      const tile = tiles[Math.floor(Math.random() * tiles.length)];
      if (!tile) return;
      const box: Rectangle = [tile.x, tile.y, tile.width, tile.height];
      set({ search: { tile: tile.index, box } });
      workspace.camera.current?.frame(box);
    },

    /** Ends looking through a tile; `whole`: everything in it is marked. */
    endSearch(tile: number, whole: boolean): void {
      const { runId } = workspace.state.get();
      set({ search: null });
      if (!whole || runId === null) return;
      void tryTo("The tile was not noted", async () => take(await noteSearched(runId, tile, true)));
    },

    stop(): void {
      unsubscribe();
      if (timer) clearTimeout(timer);
    },
  };
}
