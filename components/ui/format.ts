/** Writes bytes as people do: 12.3 MB. */
export function formatBytes(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}

/** Writes a whole number with thousands apart. */
export const formatCount = (count: number): string => count.toLocaleString("en");

/** Writes one thing or several: "1 tile", "1,204 tiles". */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Writes a score as a percentage, or says that there is none. */
export const formatScore = (score: number | null): string =>
  score === null ? "by hand" : `${Math.round(score * 100)}%`;

const DATE = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
  hour12: false,
});

/** Writes an instant for a list: 24 Nov, 14:05. */
export const formatInstant = (iso: string): string => DATE.format(new Date(iso));
