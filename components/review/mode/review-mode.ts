import { roleAllows } from "#lib/core/access/role.ts";
import type { ReviewOrder, RunEstimate } from "#lib/core/api/review.ts";
import type { ReviewState } from "#lib/core/detection/finding.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { giveBack, takeFromQueue } from "../../api/review.ts";
import { NONE } from "../../pick/pick.ts";
import { createStore } from "../../state/store.ts";
import { classesOf } from "../../workspace/finding-view.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import type { Rectangle } from "../../workspace/workspace-state.ts";
import type { Command } from "../keys.ts";
import type { Review } from "../review-session.ts";
import { createEstimate } from "./estimate.ts";
import { goBack, goOn, NEW_TRAIL, type Trail, visit } from "./trail.ts";

/** `away`: nothing more can be fetched just now; `done`: nothing is left that is not decided or with somebody else. */
type QueueState = "loading" | "ready" | "done" | "away";

export type ReviewModeState = {
  order: ReviewOrder;
  /** Only findings of this class; null: of all. */
  label: string | null;
  trail: Trail;
  queue: QueueState;
  /** All that are undecided, whoever has them. */
  waiting: number | null;
  estimate: RunEstimate | null;
  /** The tile in which everything is being marked, for the estimate of recall. */
  search: { tile: number; box: Rectangle } | null;
};

/** Fetched ahead, so that nobody waits for the next. */
const AHEAD = 15;
const LOW_WATER = 10;
/** Well within the time that the server holds findings for a page. */
const RENEW_MS = 20_000;
/** What could not be fetched is asked for again so soon. */
const RETRY_MS = 2000;

/** One finding after the other: whose turn it is, what was seen, what comes. */
export type ReviewMode = ReturnType<typeof createReviewMode>;

/** Makes the review mode of a workspace; it does nothing before it is entered. */
export function createReviewMode(workspace: Workspace, review: Review) {
  const { state, table } = workspace;
  const imageId = state.get().image.id;
  const page = uuidv7();
  const store = createStore<ReviewModeState>({
    order: "uncertainty",
    label: null,
    trail: NEW_TRAIL,
    queue: "loading",
    waiting: null,
    estimate: null,
    search: null,
  });
  const set = (change: Partial<ReviewModeState>): void => store.update((value) => ({ ...value, ...change }));
  const isOpen = (id: string): boolean => table.find(id)?.review === "unreviewed";
  const estimate = createEstimate(workspace, review, set);
  let timer: ReturnType<typeof setInterval> | null = null;
  let life = new AbortController();
  let filling: Promise<void> | null = null;

  /** Fetches findings, and holds on to those that are here. One fetch at a time; who asks meanwhile waits for it. */
  async function refill(count: number): Promise<void> {
    if (filling) return filling;
    const mine = fetchMore(count, life.signal);
    filling = mine;
    await mine;
    if (filling === mine) filling = null;
  }

  async function fetchMore(count: number, signal: AbortSignal): Promise<void> {
    const { order, label, trail } = store.get();
    const current = trail.seen[trail.at];
    const keep = [...trail.ahead, ...(current !== undefined && isOpen(current) ? [current] : [])];
    const skip = trail.seen.filter((id) => id !== current && isOpen(id)).slice(-2000);
    try {
      const { items, kept, waiting } = await takeFromQueue(
        imageId,
        {
          page,
          run: state.get().runId,
          imagePage: workspace.page,
          order,
          count,
          keep,
          skip,
          ...(label !== null && { label }),
        },
        signal,
      );
      if (signal.aborted) return;
      for (const item of items) review.learn(item);
      const lost = new Set(keep.filter((id) => !kept.includes(id)));
      store.update((value) => {
        const { trail: now } = value;
        const ahead = [...now.ahead.filter((id) => !lost.has(id)), ...items.map(({ id }) => id)];
        const queue = items.length > 0 || value.queue !== "done" ? "ready" : "done";
        return { ...value, waiting, trail: { ...now, ahead: [...new Set(ahead)] }, queue };
      });
    } catch {
      if (signal.aborted) return;
      set({ queue: "away" });
      setTimeout(() => {
        if (!signal.aborted && state.get().reviewing && store.get().queue === "away") void tick();
      }, RETRY_MS);
    }
  }

  /** Keeps what is held, fetches what is wanting, and goes on where it stood still. */
  async function tick(): Promise<void> {
    const { trail } = store.get();
    await refill(trail.ahead.length < LOW_WATER ? AHEAD : 0);
    const now = store.get().trail;
    if (state.get().reviewing && now.at >= now.seen.length && now.ahead.length > 0) await next();
  }

  function forgetFetch(): void {
    life.abort();
    life = new AbortController();
    filling = null;
  }

  function show(): void {
    const { trail } = store.get();
    const id = trail.seen[trail.at] ?? null;
    state.update((value) => ({ ...value, selectedId: id, tool: "move" }));
    const row = id === null ? null : table.find(id);
    if (row) workspace.camera.current?.frame(row.box);
  }

  async function next(): Promise<void> {
    store.update((value) => ({ ...value, trail: goOn(value.trail, isOpen) }));
    const { trail } = store.get();
    if (trail.at < trail.seen.length) {
      show();
      if (trail.ahead.length < LOW_WATER) void refill(AHEAD);
      return;
    }
    set({ queue: "loading" });
    const { signal } = life;
    // What is being fetched may be no more than a renewal.
    if (filling) await filling;
    if (store.get().trail.ahead.length === 0) await refill(AHEAD);
    if (signal.aborted) return;
    if (!state.get().reviewing) return;
    const found = goOn(store.get().trail, isOpen);
    if (found.at < found.seen.length) {
      set({ trail: found });
      show();
    } else if (store.get().queue === "ready") {
      set({ queue: "done" });
      state.update((value) => ({ ...value, selectedId: null }));
    }
  }

  function previous(): void {
    store.update((value) => ({ ...value, trail: goBack(value.trail) }));
    show();
  }

  function decide(patch: { review?: ReviewState; label?: string }): void {
    const { trail, order } = store.get();
    const id = trail.seen[trail.at];
    if (id === undefined) return;
    review.judge(id, patch, order === "random");
    void next();
  }

  /** Goes to the finding that undoing was about. */
  function undo(redo: boolean): void {
    const id = redo ? review.redo() : review.undo();
    if (id === null) return;
    store.update((value) => ({ ...value, queue: "ready", trail: visit(value.trail, id) }));
    show();
  }

  function restart(change: Partial<ReviewModeState> = {}): void {
    forgetFetch();
    set({ ...change, trail: NEW_TRAIL, queue: "loading" });
    // Given back before more is asked for, or what was held would be missing from it.
    const begin = (): void => {
      if (state.get().reviewing) void next();
    };
    giveBack(imageId, page).then(begin, begin);
  }

  function enter(): void {
    if (!roleAllows(workspace.role, "reviewer")) return;
    const panels = { ...state.get().panels, left: false };
    state.update((value) => ({ ...value, reviewing: true, tool: "move", picked: NONE, panels }));
    timer ??= setInterval(() => void tick(), RENEW_MS);
    estimate.read();
    restart();
  }

  function leave(): void {
    if (!state.get().reviewing) return;
    forgetFetch();
    if (timer) clearInterval(timer);
    timer = null;
    set({ search: null });
    state.update((value) => ({ ...value, reviewing: false }));
    giveBack(imageId, page).catch(() => undefined);
  }

  let connected = true;
  const unsubscribe = state.subscribe(() => {
    const back = state.get().connected && !connected;
    connected = state.get().connected;
    if (back && state.get().reviewing) void tick();
  });
  const onPageHide = (): void => {
    if (state.get().reviewing) giveBack(imageId, page).catch(() => undefined);
  };
  window.addEventListener("pagehide", onPageHide);

  return {
    store,
    enter,
    leave,
    decide,
    next: (): void => void next(),
    previous,
    restart,
    startSearch: estimate.startSearch,
    endSearch: estimate.endSearch,

    /** Does what a key asks for in review. False where it means what it means elsewhere. */
    perform(command: Command): boolean {
      if (command.do === "review") {
        if (state.get().reviewing) leave();
        else enter();
        return true;
      }
      if (!state.get().reviewing || state.get().tool !== "move") return false;
      switch (command.do) {
        case "accept":
        case "reject":
          decide({ review: command.do === "accept" ? "accepted" : "rejected" });
          return true;
        case "class": {
          const label = classesOf(workspace)[command.number - 1];
          if (label) decide({ label, review: "accepted" });
          return true;
        }
        case "next":
        case "skip":
          void next();
          return true;
        case "previous":
          previous();
          return true;
        case "undo":
        case "redo":
          undo(command.do === "redo");
          return true;
        case "escape":
          if (state.get().sheet !== null) return false;
          leave();
          return true;
        default:
          return false;
      }
    },

    /** How many of those that were shown are decided. */
    decided: (): number => store.get().trail.seen.filter((id) => !isOpen(id) && table.find(id)).length,

    stop(): void {
      leave();
      estimate.stop();
      unsubscribe();
      window.removeEventListener("pagehide", onPageHide);
    },
  };
}
