const MAX_MS = 3_600_000;

/**
 * How long a provider asks to wait, in milliseconds, from the headers of its refusal: `retry-after-ms`, or `retry-after` as seconds
 * or an HTTP date (against `now`, milliseconds since 1970). At most an hour; undefined where it says nothing readable.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now: number): number | undefined {
  const byName = new Map(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value.trim()]));
  const milliseconds = number(byName.get("retry-after-ms"));
  if (milliseconds !== undefined) return bounded(milliseconds);
  const text = byName.get("retry-after");
  const seconds = number(text);
  if (seconds !== undefined) return bounded(seconds * 1000);
  const date = text === undefined ? Number.NaN : Date.parse(text);
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function number(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+(\.\d+)?$/.test(text) ? Number(text) : undefined;
}

function bounded(ms: number): number {
  return Math.min(MAX_MS, Math.max(0, Math.round(ms)));
}
