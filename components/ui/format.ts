export { formatBytes, formatCount, plural } from "#lib/core/quantities.ts";

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
