import { readTally } from "../findings/server-tally.ts";
import type { Workspace } from "./workspace.ts";

/** A filter has come to rest when it has not changed for so long. */
const REST_MS = 150;

/** Has the server count the findings under each filter while not all of them are here. `signal` is that of the reading they belong to. */
export function followCounts(workspace: Workspace, signalOf: () => AbortSignal) {
  const { state } = workspace;
  let timer: ReturnType<typeof setTimeout> | null = null;
  let followed = state.get().filter;

  async function count(): Promise<void> {
    const { image, runId, filter, loading } = state.get();
    if (loading.state !== "partial") return;
    const signal = signalOf();
    try {
      const counts = await readTally({ imageId: image.id, runId, page: workspace.page, signal }, filter);
      const now = state.get();
      if (now.loading.state !== "partial" || now.filter !== filter || signal.aborted) return;
      state.update((value) => ({ ...value, counts }));
    } catch {
      // What is counted of those that are here is shown meanwhile.
    }
  }

  function soon(delayMs: number): void {
    if (timer) clearTimeout(timer);
    timer = setTimeout(() => void count(), delayMs);
  }

  const unsubscribe = state.subscribe(() => {
    const { filter } = state.get();
    if (filter === followed) return;
    followed = filter;
    soon(REST_MS);
  });
  return {
    /** Counts again after so long. */
    soon,
    stop(): void {
      unsubscribe();
      if (timer) clearTimeout(timer);
    },
  };
}
