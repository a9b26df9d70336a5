import { quantile } from "./quantile.ts";

/** What a heat map can show of tiles. */
export const HEAT_MODES = ["latency", "retries", "cost"] as const;
export type HeatMode = (typeof HEAT_MODES)[number];

/** What a heat map looks at. Milliseconds, US dollars. */
type Heated = { attempts: number; latencyMs: number | null; tokens: number; cost: number | null };

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
export function heatOf(mode: HeatMode, tile: Heated): number | null {
  if (mode === "latency") return tile.latencyMs;
  if (mode === "retries") return tile.attempts === 0 ? null : tile.attempts - 1;
  return tile.cost ?? (tile.tokens > 0 ? tile.tokens : null);
}

/** The heat that the top of the scale stands for: the 98th percentile, so that one straggler does not darken all others. */
export function heatTop(tiles: Iterable<Heated>, mode: HeatMode): number {
  const values = [...tiles].flatMap((tile) => heatOf(mode, tile) ?? []).sort((a, b) => a - b);
  return Math.max(1e-9, quantile(values, 0.98) ?? 1);
}
