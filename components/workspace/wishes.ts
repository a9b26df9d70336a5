import { lookAt } from "../api/runs.ts";
import type { Workspace } from "./workspace.ts";
import { chosenRun, type Rectangle } from "./workspace-state.ts";

/** A picture that has not been moved for so long is being looked at. */
const WISH_DELAY_MS = 500;

/** Asks for the tiles in sight of a run that goes on first, once the picture rests. */
export function createWishes(workspace: Workspace) {
  let timer: ReturnType<typeof setTimeout> | null = null;
  /** What was asked for last: the same is not asked for again while nothing moves. */
  let asked = "";
  return {
    wishFor([x, y, width, height]: Rectangle): void {
      if (timer) clearTimeout(timer);
      timer = setTimeout(() => {
        const run = chosenRun(workspace.state.get());
        if (run?.state !== "running" || document.hidden) return;
        const wish = `${run.id} ${workspace.page} ${[x, y, width, height].map(Math.round).join(" ")}`;
        if (wish === asked) return;
        asked = wish;
        // Only the order depends on it: where it fails, nothing is lost.
        lookAt(run.id, { page: workspace.page, x, y, width, height }).catch(() => undefined);
      }, WISH_DELAY_MS);
    },
    stop(): void {
      if (timer) clearTimeout(timer);
    },
  };
}
