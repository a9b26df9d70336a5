import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { listDrawn, readFinding } from "../api/findings.ts";
import { sentence } from "../api/http.ts";
import { readImage } from "../api/images.ts";
import { type LiveEvent, listen } from "../api/live.ts";
import { listRuns, readLedger, readRun } from "../api/runs.ts";
import { followComparison } from "../compare/use-comparison.ts";
import { applyFindings } from "../findings/live-findings.ts";
import { createTileLoader } from "../findings/tile-loader.ts";
import { closeInspector } from "../merging/inspector.ts";
import type { Review } from "../review/review-session.ts";
import { oneAtATimeEach } from "../runs/one-at-a-time.ts";
import { followCounts } from "./follow-counts.ts";
import { createWishes } from "./wishes.ts";
import { ofPage, touchFindings, touchLedger, type Workspace } from "./workspace.ts";
import { chosenRun, type WorkspaceState, withRun } from "./workspace-state.ts";

/** Findings are counted anew by the server when no more changes came in for so long. */
const RECOUNT_DELAY_MS = 1000;

/** Keeps a workspace in step with the server. */
export type Sync = ReturnType<typeof startSync>;

/** Reads the first data, then follows the server's events until `stop`. Nothing is ever asked for periodically. */
export function startSync(workspace: Workspace, review: Review) {
  const { state, table, shapes, ledger } = workspace;
  const imageId = state.get().image.id;
  let findingsLoad = new AbortController();
  let ledgerLoad = new AbortController();
  let ledgerLoading = false;
  const life = new AbortController();
  const set = (change: Partial<WorkspaceState>): void => state.update((value) => ({ ...value, ...change }));

  const loader = createTileLoader({
    table,
    imageId,
    page: workspace.page,
    size: () => state.get().image,
    isPending: review.isPending,
    isAnyPending: () => review.saving.get().waiting > 0,
    onRows: () => touchFindings(workspace, "live"),
    onOutlines: () => touchFindings(workspace, "picture"),
  });
  workspace.dense.tiles = loader.dense;

  const wishes = createWishes(workspace);

  const lookedAt = () => {
    const camera = workspace.camera.current;
    return camera && { visible: camera.visible(), zoom: camera.view().zoom };
  };

  /** What is looked at is brought where not everything is here, and analysed first. */
  function look(): void {
    const look = lookedAt();
    if (!look) return;
    wishes.wishFor(look.visible);
    if (state.get().loading.state !== "loading") void loader.look(look);
  }

  const compared = followComparison(workspace);
  const counts = followCounts(workspace, () => findingsLoad.signal);

  async function reloadFindings(): Promise<void> {
    findingsLoad.abort();
    findingsLoad = new AbortController();
    const { signal } = findingsLoad;
    try {
      const { isComplete } = await loader.load({ runId: state.get().runId, signal }, lookedAt, (total) => {
        set({ loading: { state: "partial", total, error: null } });
        if (total > table.size) counts.soon(0);
      });
      if (isComplete) set({ loading: { state: "complete", total: table.size, error: null }, counts: null });
      touchFindings(workspace);
      look();
      await bringDrawn(signal);
      await bringSelected(signal);
    } catch (error) {
      if (!signal.aborted)
        set({ loading: { state: "failed", total: table.size, error: sentence(error) }, counts: null });
    }
  }

  /** Points and lines are seen by their shapes alone, which come with what people drew. */
  async function bringDrawn(signal: AbortSignal): Promise<void> {
    const drawn = await listDrawn({ imageId, runId: state.get().runId, page: workspace.page, signal });
    for (const { id, geometry, locked } of drawn) if (!review.isPending(id)) shapes.note(id, { geometry, locked });
    touchFindings(workspace);
  }

  /** A link may name a finding that is not among those brought. */
  async function bringSelected(signal: AbortSignal): Promise<void> {
    const { selectedId } = state.get();
    if (selectedId === null || table.find(selectedId)) return;
    try {
      const finding = await readFinding(selectedId, signal);
      if (finding.page !== workspace.page) {
        workspace.openPage(finding.page);
        return;
      }
      table.put([finding], "snapshot");
      touchFindings(workspace);
    } catch {
      if (!signal.aborted) set({ selectedId: null });
    }
  }

  async function reloadLedger(): Promise<void> {
    ledgerLoad.abort();
    ledgerLoad = new AbortController();
    const { signal } = ledgerLoad;
    const { runId } = state.get();
    if (runId === null) return;
    ledgerLoading = true;
    try {
      await readLedger(
        runId,
        (page) => {
          ledger.load(page);
          touchLedger(workspace);
        },
        signal,
      );
    } catch {
      // The grid stays as it was; the run's own figures still tell how far it is.
    } finally {
      if (!signal.aborted) ledgerLoading = false;
    }
  }

  async function reloadRuns(): Promise<void> {
    try {
      const runs = await listRuns(imageId, life.signal);
      state.update((value) => ({
        ...value,
        runs,
        runsLoaded: true,
        runId: value.runsLoaded ? value.runId : (value.runId ?? runs[0]?.id ?? null),
      }));
    } catch {
      if (!life.signal.aborted) set({ runsLoaded: true });
    }
  }

  const refreshRun = oneAtATimeEach(async (runId: string) => {
    try {
      const run = await readRun(runId, life.signal);
      state.update((value) => ({ ...value, runs: withRun(value.runs, run) }));
    } catch {
      // The next event of the run brings it up to date.
    }
  });

  function showRun(runId: string | null): void {
    closeInspector(workspace);
    table.clear();
    shapes.clear();
    ledger.clear();
    set({ runId, loading: { state: "loading", total: 0, error: null }, counts: null, selectedId: null });
    touchFindings(workspace);
    touchLedger(workspace);
    void reloadFindings();
    void reloadLedger();
  }

  async function reloadImage(): Promise<void> {
    try {
      set({ image: ofPage(await readImage(imageId, life.signal), workspace.page) });
    } catch {
      // What is shown stays; the connection's own state says that it may be old.
    }
  }

  async function refresh(): Promise<void> {
    review.resume();
    const { runId, runsLoaded, image } = state.get();
    const about = [reloadImage(), reloadRuns()];
    // Where it is known already which findings are shown, they are not kept waiting.
    const isKnown = (runId !== null || runsLoaded) && image.state === "ready";
    if (!isKnown) await Promise.all(about);
    await Promise.all([...about, reloadFindings(), reloadLedger()]);
  }

  function onRunEvent(runId: string, event: Extract<LiveEvent["event"], { kind: "run" }>): void {
    const known = state.get().runs.find((run) => run.id === runId);
    if (known) {
      const changed: Run = { ...known, state: event.state, reason: event.reason };
      state.update((value) => ({ ...value, runs: withRun(value.runs, changed) }));
    }
    refreshRun(runId);
    if (runId !== state.get().runId) {
      // A run begun elsewhere is worth watching where nothing is chosen yet.
      if (!known && state.get().runId === null) showRun(runId);
      return;
    }
    if (event.tilesTotal !== null && ledger.get(0) === null && !ledgerLoading) void reloadLedger();
    if (END_STATES.includes(event.state)) {
      void reloadFindings();
      void reloadLedger();
    }
  }

  function onEvent({ event, runId }: LiveEvent): void {
    const shown = state.get().runId;
    switch (event.kind) {
      case "image":
        state.update((value) => ({
          ...value,
          image: { ...value.image, state: event.state, progress: event.progress, error: event.error },
        }));
        if (event.state !== "ingesting") {
          void readImage(imageId, life.signal).then((image) => set({ image: ofPage(image, workspace.page) }));
        }
        return;
      case "run":
        if (runId) onRunEvent(runId, event);
        return;
      case "tile":
        if (runId === null || runId !== shown) return;
        ledger.apply(event, performance.now());
        // A burst of tiles that are new here is answered by one reading of them all.
        if (ledger.get(event.index) === null && !ledgerLoading) void reloadLedger();
        touchLedger(workspace);
        return;
      case "claimed":
        if (runId === null || runId !== shown) return;
        ledger.claim(event.indexes);
        touchLedger(workspace);
        return;
      case "limit":
        state.update((value) => ({
          ...value,
          runs: value.runs.map((run) =>
            run.id === runId
              ? {
                  ...run,
                  concurrency: { cap: event.cap, inForce: event.inForce, phase: event.phase, reason: event.reason },
                }
              : run,
          ),
        }));
        return;
      case "scene":
        state.update((value) => ({
          ...value,
          runs: value.runs.map((run) => (run.id === runId ? { ...run, scene: event.scene } : run)),
        }));
        return;
      case "findings": {
        compared.changed();
        if (shown !== null && runId !== shown) return;
        if (event.reset) {
          void reloadFindings();
          return;
        }
        const run = chosenRun(state.get());
        const more = applyFindings(table, event, {
          page: workspace.page,
          runActive: run !== null && !END_STATES.includes(run.state),
          pending: review.isPending,
        });
        state.update((value) => ({ ...value, loading: { ...value.loading, total: value.loading.total + more } }));
        for (const { id, geometry } of event.added) {
          if (geometry !== undefined && !review.isPending(id)) shapes.note(id, { geometry });
        }
        for (const id of event.removed) if (!review.isPending(id)) shapes.remove(id);
        touchFindings(workspace, "live");
        if (state.get().loading.state === "partial") counts.soon(RECOUNT_DELAY_MS);
      }
    }
  }

  const stopListening = listen(`/api/v1/images/${imageId}/events`, true, {
    onEvent,
    onFresh: () => void refresh(),
    onConnection(connected) {
      set({ connected });
      if (connected) review.resume();
    },
  });
  window.addEventListener("online", review.resume);

  return {
    showRun,
    reloadFindings,
    look,
    stop(): void {
      stopListening();
      closeInspector(workspace);
      counts.stop();
      compared.stop();
      wishes.stop();
      window.removeEventListener("online", review.resume);
      for (const controller of [life, findingsLoad, ledgerLoad]) controller.abort();
    },
  };
}
