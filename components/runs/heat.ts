import type { Histogram } from "./histogram.ts";

/** What a heat map can show of tiles. */
export const HEAT_MODES = ["latency", "retries", "cost"] as const;
export type HeatMode = (typeof HEAT_MODES)[number];

/** What a heat map looks at. Milliseconds, US dollars. */
type Heated = { attempts: number; latencyMs: number | null; tokens: number; cost: number | null };

/** Stops of the heat scale, from little to much: even in lightness, told apart under colour-vision deficiency (after cividis). */
const HEAT = ["#00224e", "#35456c", "#666970", "#948e77", "#c8b866", "#fee838"] as const;

/** The scale as a CSS gradient. */
export const HEAT_GRADIENT = `linear-gradient(to right, ${HEAT.join(", ")})`;

/** So many colours stand for the scale. */
const SHADES = 256;

type Rgb = readonly [number, number, number];

const COLOURS: readonly Rgb[] = Array.from({ length: SHADES }, (_, shade) => {
  const at = (shade / (SHADES - 1)) * (HEAT.length - 1);
  const [low, high] = [HEAT[Math.floor(at)] ?? HEAT[0], HEAT[Math.ceil(at)] ?? HEAT[0]];
  const part = at - Math.floor(at);
  const mix = (from: number): number => {
    const [a, b] = [low, high].map((colour) => Number.parseInt(colour.slice(from, from + 2), 16));
    return Math.round((a ?? 0) + ((b ?? 0) - (a ?? 0)) * part);
  };
  return [mix(1), mix(3), mix(5)];
});

/** The colour of `share`, 0…1, on the heat scale: red, green, blue, each 0…255. */
export function heatRgb(share: number): Rgb {
  return COLOURS[Math.round(Math.min(1, Math.max(0, share)) * (SHADES - 1))] ?? [0, 0, 0];
}

/** What a heat map measures; null where the tile has nothing to show. */
export function heatOf(mode: HeatMode, tile: Heated): number | null {
  if (mode === "latency") return tile.latencyMs;
  if (mode === "retries") return retryHeat(tile.attempts);
  return tile.cost ?? (tile.tokens > 0 ? tile.tokens : null);
}

/** Attempts beyond the first; null before there was one. */
export const retryHeat = (attempts: number): number | null => (attempts === 0 ? null : attempts - 1);

/** The top of the scale stands for this quantile, so that one straggler does not darken all others. */
const TOP = 0.98;

/** The heat that the top of the scale stands for, of all heats there are. */
export const heatTop = (heats: Histogram): number => Math.max(1e-9, heats.quantile(TOP) ?? 1);
