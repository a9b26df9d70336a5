import type { TesseraEvent } from "#lib/core/detection/events.ts";
import { MARKS, type Mark } from "#lib/core/detection/tile-mark.ts";
import { type HeatMode, heatTop } from "../runs/heat.ts";
import { createSeries } from "./series.ts";
import { createTileLog, type TileNow } from "./tile-log.ts";
import { createTotals, heatOfRow } from "./totals.ts";

/** Something that happened to the run; `at` in milliseconds since 1970. */
export type Happening = { at: number; event: TesseraEvent };

/** What the limiter made of the cap. */
type LimitNow = { cap: number; inForce: number };

/** A run's life: what happened, in order, and the state of all tiles at any time of it. */
export type Replay = ReturnType<typeof createReplay>;

/** All tiles of a run at some time. It is the replay's own: read it before the replay is asked for another. */
export type Moment = ReturnType<Replay["stateAt"]>;

/** Makes the life of a run of `tiles` tiles that all wait. Each step in time, forwards or back, costs what happened in it. */
export function createReplay(tiles: number) {
  const log = createTileLog(tiles);
  const { totals, change } = createTotals(log);
  const series = createSeries();
  const limits: (LimitNow & { at: number })[] = [];
  /** The row of the log that each tile stands at; -1: nothing has happened to it. */
  const stands = new Int32Array(tiles).fill(-1);
  /** Of the walk under way: its number, the tiles it met, and the rows that they stood at before it. */
  let walk = 0;
  let walked: number[] = [];
  const walkOf = new Int32Array(tiles);
  const stood = new Int32Array(tiles);
  let next = 0;
  let refused = 0;
  let shownAt: number | null = null;
  let changed: Set<number> | "all" = "all";
  let span: { from: number; to: number } | null = null;

  function stand(tile: number, row: number): void {
    if (walkOf[tile] !== walk) {
      walkOf[tile] = walk;
      stood[tile] = stands[tile] ?? -1;
      walked.push(tile);
    }
    stands[tile] = row;
  }

  /** Walks through the log; then each tile that was met counts once, however often it changed on the way. */
  function goTo(count: number): void {
    if (count === next) return;
    const { rows } = log;
    walk += 1;
    walked = [];
    for (; next < count; next += 1) {
      stand(rows.tile[next] ?? 0, next);
      refused += rows.refused[next] ?? 0;
    }
    while (next > count) {
      next -= 1;
      stand(rows.tile[next] ?? 0, rows.before[next] ?? -1);
      refused -= rows.refused[next] ?? 0;
    }
    for (const tile of walked) change(stood[tile] ?? -1, stands[tile] ?? -1);
    if (changed === "all" || changed.size + walked.length > tiles / 4) changed = "all";
    else for (const tile of walked) changed.add(tile);
  }

  /** Tiles done a second in the `windowMs` before `at`; null before two are. */
  function rateAt(at: number, windowMs: number): number | null {
    const { rows } = log;
    const isDone = MARKS.indexOf("done");
    let done = 0;
    let first = at;
    for (let row = log.countUpTo(at) - 1; row >= 0 && (rows.at[row] ?? 0) >= at - windowMs; row -= 1) {
      if (rows.mark[row] !== isDone) continue;
      done += 1;
      first = rows.at[row] ?? at;
    }
    return done < 2 ? null : (done * 1000) / Math.max(1000, at - first);
  }

  const moment = {
    size: tiles,
    totals,
    /** How often the provider had refused tiles for now. */
    get refused() {
      return refused;
    },
    get limit(): LimitNow | null {
      return (shownAt === null ? limits.at(-1) : limits.findLast(({ at }) => at <= (shownAt ?? 0))) ?? null;
    },
    markOf: (tile: number): Mark => MARKS[log.rows.mark[stands[tile] ?? -1] ?? 0] ?? "pending",
    heatOf: (tile: number, mode: HeatMode): number | null => heatOfRow(log, mode, stands[tile] ?? -1),
    /** The heat that the top of the scale stands for. */
    heatTop: (mode: HeatMode): number => heatTop(totals.heat[mode]),
    errorOf: (tile: number): string | null => log.errorOf(stands[tile] ?? -1),
    tile: (tile: number): TileNow | null => (tile < tiles ? log.tileAt(stands[tile] ?? -1) : null),
    rateAt,
  };

  return {
    series,
    get span(): { from: number; to: number } | null {
      return span;
    },
    /** Adds what happened next. Times that run backwards, as transactions overlap, are held to the one before. */
    add({ at: toldAt, event }: Happening): void {
      const at = Math.max(span?.to ?? Number.NEGATIVE_INFINITY, toldAt);
      span = { from: span?.from ?? at, to: at };
      series.note(at, event);
      if (event.kind === "claimed") log.claim(event.indexes, at);
      else if (event.kind === "tile") log.note(event, at);
      else if (event.kind === "limit") limits.push({ at, cap: event.cap, inForce: event.inForce });
    },
    /** All tiles as they stood at `at`, or as they stand now. */
    stateAt(at: number | null) {
      shownAt = at;
      goTo(at === null ? log.length : log.countUpTo(at));
      return moment;
    },
    /** Tiles that have changed since this was asked last, as `stateAt` went to and fro. */
    takeChanged(): ReadonlySet<number> | "all" {
      const taken = changed;
      changed = new Set();
      return taken;
    },
  };
}
