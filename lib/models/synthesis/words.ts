import { formatCount } from "#lib/core/quantities.ts";

const IRREGULAR: Readonly<Record<string, string>> = {
  person: "people",
  mouse: "mice",
  knife: "knives",
  nucleus: "nuclei",
  sheep: "sheep",
  scissors: "scissors",
  skis: "skis",
  aircraft: "aircraft",
};

/** A label in the plural where `count` is not one. */
export function noun(label: string, count: number): string {
  if (count === 1) return label;
  const irregular = IRREGULAR[label.toLowerCase()];
  if (irregular) return irregular;
  if (/[^aeiou]y$/i.test(label)) return `${label.slice(0, -1)}ies`;
  if (/(s|x|z|ch|sh)$/i.test(label)) return `${label}es`;
  return `${label}s`;
}

/** `1,204 cars`. */
export function counted(count: number, label: string): string {
  return `${formatCount(count)} ${noun(label, count)}`;
}

/** `a, b and c`. */
export function listed(parts: readonly string[]): string {
  if (parts.length <= 1) return parts[0] ?? "";
  return `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}`;
}

/** Three significant digits, or all before the point where those are more. */
export function threeDigits(value: number): number {
  return Math.abs(value) >= 100 ? Math.round(value) : Number(value.toPrecision(3));
}

/** The same as a text, with no exponent for ordinary sizes and no trailing zeros. */
export function rounded(value: number): string {
  const number = threeDigits(value);
  return Math.abs(number) >= 100 ? formatCount(number) : String(number);
}
