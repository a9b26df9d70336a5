import { formatCount } from "../ui/format.ts";
import type { MapMode } from "./operations.ts";
import type { Mark, TileNow } from "./replay.ts";

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

/** Stops of the heat scale, from little to much: even in lightness, told apart under colour-vision deficiency (after cividis). */
const HEAT = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"] as const;

/** The scale as a CSS gradient. */
export const HEAT_GRADIENT = `linear-gradient(to right, ${HEAT.join(", ")})`;

/** The colour of `share`, 0…1, on the heat scale. */
export function heatColour(share: number): string {
  const at = Math.min(1, Math.max(0, share)) * (HEAT.length - 1);
  const [low, high] = [HEAT[Math.floor(at)] ?? HEAT[0], HEAT[Math.ceil(at)] ?? HEAT[0]];
  const part = at - Math.floor(at);
  const mix = (from: number) => {
    const [a, b] = [low, high].map((colour) => Number.parseInt(colour.slice(from, from + 2), 16));
    return Math.round((a ?? 0) + ((b ?? 0) - (a ?? 0)) * part);
  };
  return `rgb(${mix(1)} ${mix(3)} ${mix(5)})`;
}

/** What a heat map measures; null where the tile has nothing to show. */
export function heatOf(mode: Exclude<MapMode, "state">, tile: TileNow): number | null {
  if (mode === "latency") return tile.latencyMs;
  if (mode === "retries") return tile.attempts === 0 ? null : tile.retries;
  return tile.cost ?? (tile.tokens > 0 ? tile.tokens : null);
}

/** Writes milliseconds: 85 ms, 2.4 s. */
export function formatMs(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Writes US dollars. */
export const formatCost = (cost: number | null): string =>
  cost === null ? "no price known" : `${cost.toFixed(cost < 1 ? 4 : 2)} US$`;

/** Writes what a heat map measures, with its unit. */
export function formatHeat(mode: Exclude<MapMode, "state">, value: number, priced: boolean): string {
  if (mode === "latency") return formatMs(value);
  if (mode === "retries") return formatCount(value);
  return priced ? formatCost(value) : `${formatCount(value)} tokens`;
}
