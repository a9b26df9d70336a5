import type { Block } from "./report-document.ts";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;
const two = (value: number): string => String(value).padStart(2, "0");

/** Writes an instant of ISO 8601 the same everywhere: 27 Nov 2026, 09:05 UTC. */
export function formatUtc(iso: string | null): string {
  if (iso === null) return "–";
  const at = new Date(iso);
  const day = `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()}`;
  return `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** Writes a part of the whole: 12.3%, 100%. */
export function percent(part: number | null): string {
  if (part === null) return "–";
  const value = part * 100;
  return `${value === 100 || value === 0 ? value : value.toFixed(1)}%`;
}

export const paragraph = (text: string, tone: "plain" | "quiet" | "warn" = "plain"): Block => {
  return { kind: "paragraph", text, tone };
};
