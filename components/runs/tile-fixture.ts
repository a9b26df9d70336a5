import type { Tile } from "#lib/core/detection/run.ts";

/** A tile of a test, without anything that came of it. */
export function tileOf(place: Pick<Tile, "index" | "x" | "y" | "width" | "height"> & Partial<Tile>): Tile {
  return {
    page: 0,
    wholePicture: false,
    state: "pending",
    attempts: 0,
    refusals: 0,
    queueMs: null,
    modelMs: null,
    latencyMs: null,
    tokens: 0,
    cost: null,
    finishedAt: null,
    detections: 0,
    model: null,
    error: null,
    escalated: null,
    ...place,
  };
}
