import { z } from "zod";

/** A colour in which a band is shown at its strongest, 0…255 each. */
export type BandColour = readonly [red: number, green: number, blue: number];

/** A band as it is shown: what is black and what is full strength, in the file's own values, and its colour. The bands shown add up. */
export type ShownBand = { band: number; low: number; high: number; colour: BandColour };

/** Bands that are shown at once. */
const MAX_SHOWN = 16;
/** Bands of one page that are kept. */
export const MAX_BANDS = 64;

const BAND = /^(\d{1,2}):(-?[\d.]+(?:e[+-]?\d{1,3})?):(-?[\d.]+(?:e[+-]?\d{1,3})?):([\da-f]{6})$/i;

/** Reads `BAND:LOW:HIGH:RRGGBB`, with commas between, bands from 0; null where it is not written so. */
export function parseShownBands(text: string): ShownBand[] | null {
  const parts = text.split(",");
  if (parts.length > MAX_SHOWN) return null;
  const shown = parts.map(parseOne);
  return shown.every((each) => each !== null) ? shown : null;
}

function parseOne(text: string): ShownBand | null {
  const [, band = "", low = "", high = "", colour = ""] = BAND.exec(text) ?? [];
  const range = { low: Number(low), high: Number(high) };
  const isRange = low !== "" && Number.isFinite(range.low) && Number.isFinite(range.high) && range.high > range.low;
  if (!isRange || Number(band) >= MAX_BANDS) return null;
  const hex = Number.parseInt(colour, 16);
  return { band: Number(band), ...range, colour: [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255] };
}

/** Writes bands as `parseShownBands` reads them, numbers to six digits: the same look has the same address. */
export function formatShownBands(shown: readonly ShownBand[]): string {
  return shown
    .map(({ band, low, high, colour }) => `${band}:${short(low)}:${short(high)}:${hexColour(colour)}`)
    .join(",");
}

function short(value: number): string {
  return String(Number(value.toPrecision(6))).replace("+", "");
}

/** A colour as `rrggbb`. */
export function hexColour(colour: BandColour): string {
  return colour.map((value) => value.toString(16).padStart(2, "0")).join("");
}

/** The same in an address of the API. */
export const shownBandsSchema = z
  .string()
  .max(1200)
  .transform((text, context) => {
    const shown = parseShownBands(text);
    if (shown) return shown;
    context.addIssue({
      code: "custom",
      message: "reads BAND:LOW:HIGH:RRGGBB, with commas between, such as 3:120:900:ff0000",
    });
    return z.NEVER;
  });

/** What is known of one band of a page. Values are the file's own; `scale` and `offset` make the measured quantity of them. */
export const bandSchema = z.object({
  name: z.string().nullable(),
  unit: z.string().nullable(),
  scale: z.number(),
  offset: z.number(),
  least: z.number(),
  greatest: z.number(),
  /** The 2nd and the 98th percentile: how it is shown at first. */
  low: z.number(),
  high: z.number(),
  /** How many of the values looked at lie in each of so many equal steps from `least` to `greatest`. */
  histogram: z.array(z.number().int().nonnegative()),
  /** The colour that it has in the picture at first; null where it is not in it. */
  colour: z.tuple([z.number(), z.number(), z.number()]).nullable(),
});
export type Band = z.infer<typeof bandSchema>;

/** How a page is shown at first. */
export function firstShown(bands: readonly Band[]): ShownBand[] {
  return bands.flatMap(({ low, high, colour }, band) => (colour ? [{ band, low, high, colour }] : []));
}
