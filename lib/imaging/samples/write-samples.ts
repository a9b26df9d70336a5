import type { Band } from "#lib/core/display/shown-bands.ts";
import { pyramidLevels, VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import type { SamplesJob } from "../decoding/messages.ts";
import { openSource } from "../decoding/open-source.ts";
import { isHidden, isMeasured } from "../measured/data.ts";
import { readRows } from "../measured/rows.ts";
import { appendDirectories, openAppendFile } from "../tiff/append-file.ts";
import type { NewField } from "../tiff/encode.ts";
import { COMPRESSION, PHOTOMETRIC, TAG } from "../tiff/tags.ts";
import { type BandPlaces, openBandWriter } from "./band-writer.ts";
import { codingOf, encodeValue, MISSING } from "./coding.ts";
import type { StoredBand } from "./open-samples.ts";
import { groupBands, type SourceBand, sourceBands } from "./source-bands.ts";
import { surveyBands } from "./survey.ts";

const HEADER_BYTES = 16;
/** Rows of tiles that are held at once, of all bands of a group together. */
const MAX_HELD_BYTES = 192 * 1024 ** 2;
const HORIZONTAL = 2;
const SEPARATE_PLANES = 2;

/**
 * Writes the bands of a page as they were measured, in tiles of 512 px on the levels that its pyramid has, as a BigTIFF of 16 bits in
 * separate planes. Returns how many bands it has; 0, and writes nothing, where its look cannot be chosen.
 */
export async function writeSamples(job: SamplesJob, onProgress: (progress: number) => void): Promise<number> {
  const opened = await openSource(job.source, job.scratch);
  const bands = await sourceBands(opened);
  const [first] = bands;
  if (!first) return 0;
  const { width, height } = first.full;
  const groups = groupBands(bands, Math.max(1, Math.floor(MAX_HELD_BYTES / (width * VIEWER_TILE * 2))));
  const file = await openAppendFile(job.target, HEADER_BYTES);
  try {
    const known: StoredBand[] = [];
    const places: BandPlaces[] = [];
    for (const [index, group] of groups.entries()) {
      const written = await writeGroup(file, opened.path, group, (share) =>
        onProgress((index + share) / groups.length),
      );
      known.push(...written.known);
      places.push(...written.places);
    }
    const directories = pyramidLevels(width, height).map((size, level) => levelOf(size, level, known, places));
    await appendDirectories(file, directories);
  } finally {
    await file.close();
  }
  return bands.length;
}

async function writeGroup(
  file: Awaited<ReturnType<typeof openAppendFile>>,
  path: string,
  group: readonly SourceBand[],
  onProgress: (progress: number) => void,
): Promise<{ known: StoredBand[]; places: BandPlaces[] }> {
  const [first] = group;
  if (!first) return { known: [], places: [] };
  const { full } = first;
  const surveys = await surveyBands(path, group);
  const coded = group.map((band, index) => {
    const survey = surveys[index] ?? { least: 0, greatest: 1, low: 0, high: 1, histogram: [] };
    return { band, survey, coding: codingOf(band.layout, survey.least, survey.greatest) };
  });
  const layout = { ...first.layout, bands: group.flatMap((band) => band.layout.bands) };
  const writers = group.map(() => openBandWriter(file, full.width, full.height));
  for await (const rows of readRows(path, full, layout)) {
    const pixels = rows.width * rows.height;
    for (const [band, { coding }] of coded.entries()) {
      const codes = new Uint16Array(pixels);
      for (let pixel = 0; pixel < pixels; pixel += 1) {
        const value = rows.values[pixel * rows.samples + band] ?? Number.NaN;
        const isShown = isMeasured(value, layout.noData) && !isHidden(rows, pixel, layout);
        codes[pixel] = isShown ? encodeValue(coding, value) : MISSING;
      }
      await writers[band]?.write(codes);
    }
    onProgress((rows.y + rows.height) / full.height);
  }
  const known = coded.map(({ band, survey, coding }): StoredBand => {
    const { name, unit, scale, offset, colour } = band;
    const told: Band = { name, unit, scale, offset, ...survey, colour };
    return { ...told, ...coding };
  });
  return { known, places: writers.map((writer) => writer.places) };
}

/** The directory of a level: the tiles of the first band, then those of the next. */
function levelOf(
  size: { width: number; height: number },
  level: number,
  known: readonly StoredBand[],
  places: readonly BandPlaces[],
): NewField[] {
  const tiles = places.flatMap((band) => band[level] ?? []);
  const each = (value: number): number[] => known.map(() => value);
  const extra = known.slice(1).map(() => 0);
  return [
    { tag: TAG.newSubfileType, type: "long", values: [level === 0 ? 0 : 1] },
    { tag: TAG.imageWidth, type: "long", values: [size.width] },
    { tag: TAG.imageLength, type: "long", values: [size.height] },
    { tag: TAG.bitsPerSample, type: "short", values: each(16) },
    { tag: TAG.compression, type: "short", values: [COMPRESSION.zstandard] },
    { tag: TAG.photometric, type: "short", values: [PHOTOMETRIC.blackIsZero] },
    { tag: TAG.imageDescription, type: "ascii", values: level === 0 ? encodeURI(JSON.stringify(known)) : "" },
    { tag: TAG.samplesPerPixel, type: "short", values: [known.length] },
    { tag: TAG.planarConfiguration, type: "short", values: [SEPARATE_PLANES] },
    { tag: TAG.predictor, type: "short", values: [HORIZONTAL] },
    { tag: TAG.tileWidth, type: "short", values: [VIEWER_TILE] },
    { tag: TAG.tileLength, type: "short", values: [VIEWER_TILE] },
    { tag: TAG.tileOffsets, type: "long8", values: tiles.map(({ offset }) => offset) },
    { tag: TAG.tileByteCounts, type: "long8", values: tiles.map(({ bytes }) => bytes) },
    ...(extra.length > 0 ? [{ tag: TAG.extraSamples, type: "short", values: extra } as const] : []),
    { tag: TAG.sampleFormat, type: "short", values: each(1) },
    { tag: TAG.gdalNoData, type: "ascii", values: String(MISSING) },
  ];
}
