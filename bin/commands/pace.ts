import type { Run } from "#lib/core/detection/run.ts";

/** Tiles finished a second of late, and how long what is left takes at that; null where it can't be said yet. */
export type Pace = { perSecond: number | null; secondsLeft: number | null };

/** Rates are taken over this long. */
const WINDOW_MS = 20_000;

/** Makes a pace that is told of the run as it goes on. */
export function paceOf(): { after(run: Pick<Run, "tiles" | "state">, nowMs: number): Pace } {
  let looks: { atMs: number; finished: number }[] = [];
  return {
    after({ tiles, state }, nowMs) {
      const finished = tiles.done + tiles.failed + tiles.skipped;
      looks = [...looks.filter((look) => nowMs - look.atMs <= WINDOW_MS), { atMs: nowMs, finished }];
      const first = looks[0];
      if (state !== "running" || !first || finished <= first.finished) return { perSecond: null, secondsLeft: null };
      const perSecond = ((finished - first.finished) * 1000) / (nowMs - first.atMs);
      return { perSecond, secondsLeft: (tiles.pending + tiles.running) / perSecond };
    },
  };
}
