import type { Mark } from "#lib/core/detection/tile-mark.ts";
import { formatCost, formatMs } from "#lib/core/quantities.ts";
import type { HeatMode } from "../runs/heat.ts";
import { formatCount } from "../ui/format.ts";

/** How each state looks on the map: colour, and a stroke for those who do not see colours apart. */
export const MARK_LOOKS: Record<Mark, { name: string; colour: string; stroke: "none" | "slash" | "cross" | "dot" }> = {
  pending: { name: "Waiting", colour: "#8b95a5", stroke: "none" },
  running: { name: "At work", colour: "#22a7b8", stroke: "dot" },
  throttled: { name: "Throttled", colour: "#d9a514", stroke: "slash" },
  retrying: { name: "Retrying", colour: "#e0762b", stroke: "slash" },
  done: { name: "Done", colour: "#3c9a5f", stroke: "none" },
  failed: { name: "Failed", colour: "#d23c3c", stroke: "cross" },
  skipped: { name: "Skipped", colour: "#5b6472", stroke: "slash" },
};

/** Writes what a heat map measures, with its unit. */
export function formatHeat(mode: HeatMode, value: number, priced: boolean): string {
  if (mode === "latency") return formatMs(value);
  if (mode === "retries") return formatCount(value);
  return priced ? formatCost(value) : `${formatCount(value)} tokens`;
}
