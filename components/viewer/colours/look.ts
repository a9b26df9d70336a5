import { type BandColour, formatShownBands, parseShownBands, type ShownBand } from "#lib/core/display/shown-bands.ts";
import { formatTone, isPlain, PLAIN_TONE, parseTone, type Tone } from "./tone.ts";

/** How a picture is looked at: which bands in which range and colour, null as it is shown at first, and how it is lit. */
export type Look = { shown: readonly ShownBand[] | null; tone: Tone };

export const FIRST_LOOK: Look = { shown: null, tone: PLAIN_TONE };

/** Reads a look from an address's search part; what is not understood is left out. */
export function readLook(parameters: URLSearchParams): Look {
  return {
    shown: parseShownBands(parameters.get("show") ?? ""),
    tone: parseTone(parameters.get("tone") ?? ""),
  };
}

/** Writes a look into an address's search part; one that is as at first writes nothing. */
export function writeLook(parameters: URLSearchParams, { shown, tone }: Look): void {
  if (shown) parameters.set("show", formatShownBands(shown));
  if (!isPlain(tone)) parameters.set("tone", formatTone(tone));
}

/** The bands with `band` changed, or taken out where there is no change; a band that was not shown is added. */
export function changeBand(
  shown: readonly ShownBand[],
  band: number,
  change: Omit<ShownBand, "band"> | null,
): ShownBand[] {
  const others = shown.filter((each) => each.band !== band);
  return change ? [...others, { band, ...change }].toSorted((a, b) => a.band - b.band) : others;
}

/** The band that alone is shown in a colour; null where none or several are. */
export function bandIn(shown: readonly ShownBand[], colour: BandColour): number | null {
  const found = shown.filter((each) => each.colour.join() === colour.join());
  return found.length === 1 ? (found[0]?.band ?? null) : null;
}

/** Red, green and blue, and what each is called. */
export const PRIMARIES: readonly { name: string; colour: BandColour }[] = [
  { name: "Red", colour: [255, 0, 0] },
  { name: "Green", colour: [0, 255, 0] },
  { name: "Blue", colour: [0, 0, 255] },
];

/**
 * The bands with one of them in a primary colour, in its own range; a band that was in that colour leaves it. The same band may be in several
 * colours.
 */
export function putInPrimary(
  shown: readonly ShownBand[],
  colour: BandColour,
  chosen: Omit<ShownBand, "colour"> | null,
): ShownBand[] {
  const primaries = PRIMARIES.map((primary) => primary.colour.join());
  const kept = shown.filter((each) => primaries.includes(each.colour.join()) && each.colour.join() !== colour.join());
  return chosen ? [...kept, { ...chosen, colour }] : kept;
}
