import type { SampleLayout } from "../tiff/sample-layout.ts";

/** How values are kept in 16 bits: value = origin + step · code. Code 0 is missing data. */
export type Coding = { origin: number; step: number };

export const MISSING = 0;
export const MAX_CODE = 65_535;
const SIGNED = 2;
const FLOATING = 3;

/**
 * How the values of a band are coded: whole numbers of up to 16 bits as they are – of 16 bits the least falls together with the next –
 * and all others in equal steps from the least to the greatest that was seen.
 */
export function codingOf(
  { bits, format }: Pick<SampleLayout, "bits" | "format">,
  least: number,
  greatest: number,
): Coding {
  if (format !== FLOATING && bits <= 16) {
    const lowest = format === SIGNED ? -(2 ** (bits - 1)) : 0;
    return { origin: bits === 16 ? lowest : lowest - 1, step: 1 };
  }
  const step = (greatest - least) / (MAX_CODE - 1) || 1;
  return { origin: least - step, step };
}

/** The code of a value, within those that are no missing data. */
export function encodeValue({ origin, step }: Coding, value: number): number {
  return Math.min(MAX_CODE, Math.max(1, Math.round((value - origin) / step)));
}
