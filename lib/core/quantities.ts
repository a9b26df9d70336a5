/** Writes a number of seconds: 45 s, 3 min, 2 h 5 min. */
export function formatSeconds(seconds: number): string {
  if (seconds < 90) return `${Math.max(1, Math.round(seconds))} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 90) return `${minutes} min`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Writes milliseconds: 85 ms, 2.4 s. */
export function formatMs(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}

/** Writes US dollars. */
export const formatCost = (cost: number | null): string =>
  cost === null ? "no price known" : `${cost.toFixed(cost < 1 ? 4 : 2)} US$`;

/** Writes a rate: 0.4, 3.2, 57. */
export const formatRate = (perSecond: number): string => perSecond.toFixed(perSecond < 10 ? 1 : 0);
