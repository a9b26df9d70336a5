import type { Mark } from "#lib/core/detection/tile-mark.ts";
import { formatCost, formatMs } from "#lib/core/quantities.ts";
import type { HeatMode } from "../runs/heat.ts";
import { formatCount } from "../ui/format.ts";

type Look = {
  name: string;
  /** Red, green, blue, each 0…255. */
  rgb: readonly [number, number, number];
  stroke: "none" | "slash" | "cross" | "dot";
};

/** How each state looks on the map: colour, and a stroke for those who do not see colours apart. */
export const MARK_LOOKS: Record<Mark, Look> = {
  pending: { name: "Waiting", rgb: [139, 149, 165], stroke: "none" },
  running: { name: "At work", rgb: [34, 167, 184], stroke: "dot" },
  throttled: { name: "Throttled", rgb: [217, 165, 20], stroke: "slash" },
  retrying: { name: "Retrying", rgb: [224, 118, 43], stroke: "slash" },
  done: { name: "Done", rgb: [60, 154, 95], stroke: "none" },
  failed: { name: "Failed", rgb: [210, 60, 60], stroke: "cross" },
  skipped: { name: "Skipped", rgb: [91, 100, 114], stroke: "slash" },
};

/** Writes what a heat map measures, with its unit. */
export function formatHeat(mode: HeatMode, value: number, priced: boolean): string {
  if (mode === "latency") return formatMs(value);
  if (mode === "retries") return formatCount(value);
  return priced ? formatCost(value) : `${formatCount(value)} tokens`;
}
