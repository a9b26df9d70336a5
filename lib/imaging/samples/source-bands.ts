import { MAX_BANDS } from "#lib/core/display/shown-bands.ts";
import { type OpenedSource, smallestSufficient } from "../decoding/open-source.ts";
import { type BandNotes, readBandNotes } from "../tiff/band-notes.ts";
import { withFileSource } from "../tiff/byte-source.ts";
import { readTiff } from "../tiff/directory.ts";
import type { StoredLevel } from "../tiff/layout.ts";
import type { SampleLayout } from "../tiff/sample-layout.ts";

/** A band of a source: where it is read, at full size and where its values are looked at, and what is known of it. */
export type SourceBand = {
  full: StoredLevel;
  looked: StoredLevel;
  /** The layout of its directory; `bands` has this band alone. */
  layout: SampleLayout;
  colour: [number, number, number] | null;
} & BandNotes;

const LOOKED_SIDE = 1024;
const SINGLE: [number, number, number][] = [[255, 255, 255]];
const COLOURS: [number, number, number][] = [
  [255, 0, 0],
  [0, 255, 0],
  [0, 0, 255],
];

/**
 * The bands of a page whose look can be chosen: of measurements, of channels, and of pictures that have more bands than are shown; none of
 * any other.
 */
export async function sourceBands(opened: OpenedSource): Promise<SourceBand[]> {
  if (opened.kind === "plain") return [];
  if (opened.kind === "composed") {
    return opened.channels.slice(0, MAX_BANDS).map(({ level, samples, colour, name }) => {
      const notes = { name, unit: null, scale: 1, offset: 0 };
      return { full: level, looked: level, layout: samples, colour: [...colour], ...notes };
    });
  }
  const { path, stored, samples } = opened;
  const all = Array.from({ length: samples.samples }, (_, index) => index).filter((index) => index !== samples.alpha);
  const isPicture = samples.displayMaximum !== null && all.length <= samples.bands.length;
  if (samples.palette !== null || isPicture || samples.whiteIsZero) return [];
  const colours = samples.bands.length === 1 ? SINGLE : COLOURS;
  const [full] = stored;
  const looked = smallestSufficient(stored, LOOKED_SIDE);
  return withFileSource(path, async (source) => {
    const tiff = await readTiff(source);
    const directory = tiff.directories[full.directory];
    if (!directory) return [];
    const notesOf = await readBandNotes(tiff, directory);
    return all.slice(0, MAX_BANDS).map((sample) => {
      const colour = colours[samples.bands.indexOf(sample)] ?? null;
      return { full, looked, layout: { ...samples, bands: [sample] }, colour, ...notesOf(sample) };
    });
  });
}

/** Bands that are read from the same directory, in groups whose rows fit the memory. */
export function groupBands(bands: readonly SourceBand[], perGroup: number): SourceBand[][] {
  const groups: SourceBand[][] = [];
  for (const band of bands) {
    const group = groups.at(-1);
    if (group && group.length < perGroup && group[0]?.full.directory === band.full.directory) group.push(band);
    else groups.push([band]);
  }
  return groups;
}
