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

const UNITS = [
  { name: "km", metres: 1000 },
  { name: "m", metres: 1 },
  { name: "mm", metres: 1e-3 },
  { name: "µm", metres: 1e-6 },
  { name: "nm", metres: 1e-9 },
] as const;

/** Writes metres in the largest unit of which there is at least one, with three digits. */
export function formatMetres(metres: number): string {
  const unit = UNITS.find((each) => Math.abs(metres) >= each.metres * 0.9999) ?? { name: "nm", metres: 1e-9 };
  return `${digits(metres / unit.metres)} ${unit.name}`;
}

/** Writes square metres in km², m², mm² or µm². */
export function formatSquareMetres(squareMetres: number): string {
  const unit =
    UNITS.filter((each) => each.name !== "nm").find((each) => squareMetres >= each.metres ** 2 * 0.9999) ??
    ({ name: "µm", metres: 1e-6 } as const);
  return `${digits(squareMetres / unit.metres ** 2)} ${unit.name}²`;
}

function digits(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString("en") : String(Number(value.toPrecision(3)));
}
