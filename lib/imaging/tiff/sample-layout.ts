import { type Directory, number, numbers, type Tiff, text } from "./directory.ts";
import { COMPRESSION, PHOTOMETRIC, TAG } from "./tags.ts";

/** How the samples of a TIFF page are to be understood as a picture. */
export type SampleLayout = {
  /** Samples of a pixel. */
  samples: number;
  /** Bits of a sample, and how they are to be read: 1 unsigned, 2 signed, 3 floating. */
  bits: number;
  format: number;
  /** Samples that make the colour: one grey, or red, green and blue. */
  bands: number[];
  /** The sample that says how opaque a pixel is. */
  alpha: number | null;
  whiteIsZero: boolean;
  /** The value that marks pixels without data. */
  noData: number | null;
  /** Full range of the samples where they are display values as they stand; null where they have to be stretched. */
  displayMaximum: number | null;
  /** Red, green and blue of each value of the sample, in 8 bits, one after another; null where there is no colour map. */
  palette: Uint8Array | null;
  compression: number;
  /**
   * What decodes the page. libvips: pictures of up to 8 bits, grey, palette, RGB, YCbCr, CMYK. geotiff.js: measurements – deeper,
   * signed, floating, or with bands that are no alpha – and pictures whose compression or layout libvips does not read.
   * ImageMagick: JPEG as TIFF 6.0 had it first. Null where nothing does.
   */
  reader: "libvips" | "geotiff" | "imagemagick" | null;
};

/** Compressions that libvips' libtiff, and geotiff.js, decode. */
const LIBVIPS_COMPRESSIONS = new Set([1, 2, 3, 4, 5, 7, 8, 32773, 32946, 50001]);
const GEOTIFF_COMPRESSIONS = new Set([1, 5, 7, 8, 32773, 32946, 34887, 50000]);
const JPEG_2000: ReadonlySet<number> = new Set([
  COMPRESSION.aperioLumaChroma,
  COMPRESSION.aperioRgb,
  COMPRESSION.jpeg2000,
]);
const SEPARATE_PLANES = 2;

const UNSIGNED = 1;

/** Reads the layout of a directory's samples from its tags. */
export async function readSampleLayout(tiff: Tiff, directory: Directory): Promise<SampleLayout> {
  const samples = await number(tiff, directory, TAG.samplesPerPixel, 1);
  const bits = Math.max(1, ...(await numbers(tiff, directory, TAG.bitsPerSample, 64)));
  const format = await number(tiff, directory, TAG.sampleFormat, UNSIGNED);
  const photometric = await number(tiff, directory, TAG.photometric, PHOTOMETRIC.blackIsZero);
  const extras = await numbers(tiff, directory, TAG.extraSamples, 64);
  const isGrey = photometric === PHOTOMETRIC.whiteIsZero || photometric === PHOTOMETRIC.blackIsZero;
  const isColour = photometric === PHOTOMETRIC.rgb || photometric === PHOTOMETRIC.yCbCr || (isGrey && samples >= 3);
  const alphaAmongExtras = extras.findIndex((kind) => kind === 1 || kind === 2);
  const alpha = alphaAmongExtras < 0 ? null : samples - extras.length + alphaAmongExtras;
  const colourSamples = samples - (alpha === null ? 0 : 1);
  const ordinary =
    colourSamples === (isGrey ? 1 : photometric === PHOTOMETRIC.palette ? 1 : photometric === PHOTOMETRIC.cmyk ? 4 : 3);
  const noDataText = await text(tiff, directory, TAG.gdalNoData);
  const compression = await number(tiff, directory, TAG.compression, 1);
  const isPlain = bits <= 8 && format === UNSIGNED && (ordinary || photometric === PHOTOMETRIC.cmyk);
  const hasPlanarTiles =
    directory.fields.has(TAG.tileWidth) &&
    (await number(tiff, directory, TAG.planarConfiguration, 1)) === SEPARATE_PLANES;
  return {
    ...{ samples, bits, format },
    bands: isColour ? [0, 1, 2] : [0],
    alpha,
    whiteIsZero: photometric === PHOTOMETRIC.whiteIsZero,
    noData: noDataText === "" ? null : Number(noDataText),
    displayMaximum: bits <= 8 && format === UNSIGNED ? 2 ** bits - 1 : null,
    palette: photometric === PHOTOMETRIC.palette ? await readPalette(tiff, directory) : null,
    compression,
    reader: JPEG_2000.has(compression)
      ? jpeg2000Reader(tiff, compression, bits)
      : readerOf(compression, isPlain && !hasPlanarTiles, photometric),
  };
}

function readerOf(compression: number, isForLibvips: boolean, photometric: number): SampleLayout["reader"] {
  if (compression === COMPRESSION.oldJpeg) return "imagemagick";
  if (isForLibvips && LIBVIPS_COMPRESSIONS.has(compression)) return "libvips";
  return GEOTIFF_COMPRESSIONS.has(compression) && photometric !== PHOTOMETRIC.cmyk ? "geotiff" : null;
}

/** OpenJPEG gives samples of more than 8 bits with their low byte first, and luma and chroma in 8 bits only. */
function jpeg2000Reader(tiff: Tiff, compression: number, bits: number): SampleLayout["reader"] {
  const isDeep = bits > 8 && (!tiff.littleEndian || bits > 16 || compression === COMPRESSION.aperioLumaChroma);
  return isDeep ? null : "geotiff";
}

/** A colour map has all reds, then all greens, then all blues, in 16 bits. */
async function readPalette(tiff: Tiff, directory: Directory): Promise<Uint8Array | null> {
  const map = await numbers(tiff, directory, TAG.colorMap, 3 * 65_536);
  const entries = map.length / 3;
  if (!Number.isInteger(entries) || entries === 0) return null;
  return Uint8Array.from(map, (_, at) => (map[(at % 3) * entries + Math.floor(at / 3)] ?? 0) >> 8);
}
