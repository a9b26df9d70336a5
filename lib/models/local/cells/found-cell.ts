import type { Position } from "#lib/core/geometry/shape.ts";

/** A cell as found in one picture. Positions are pixels of that picture. */
export type FoundCell = {
  label: string;
  /** 0…1: how much it looks like one. */
  score: number;
  /** Closed outer outline. */
  outline: Position[];
  /** What was measured beside its size, by name; no unit but those of the name. */
  measurements: Record<string, number>;
};
