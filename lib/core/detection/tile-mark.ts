import type { TesseraEvent } from "./events.ts";

/** What a tile is doing, as people are told: `throttled` and `retrying` are pending again, after a refusal or after a failure. */
export const MARKS = ["pending", "running", "throttled", "retrying", "done", "failed", "skipped"] as const;
export type Mark = (typeof MARKS)[number];

/** The mark that a tile has after an event of it. */
export function markOf(event: Extract<TesseraEvent, { kind: "tile" }>): Mark {
  if (event.state !== "pending") return event.state;
  if (event.throttled) return "throttled";
  return event.error === null ? "pending" : "retrying";
}
