import { type Directory, number, numbers, type Tiff, text } from "./directory.ts";
import { PHOTOMETRIC, TAG } from "./tags.ts";

/** How the samples of a TIFF page are to be understood as a picture. */
export type SampleLayout = {
  /** Samples that make the colour: one grey, or red, green and blue. */
  bands: number[];
  /** The sample that says how opaque a pixel is. */
  alpha: number | null;
  whiteIsZero: boolean;
  /** The value that marks pixels without data. */
  noData: number | null;
  /** Full range of the samples where they are display values as they stand; null where they have to be stretched. */
  displayMaximum: number | null;
  compression: number;
  /**
   * True where libvips reads the page as a picture: up to 8 bits, grey, palette, RGB, YCbCr, CMYK. Others – deeper, signed,
   * floating, or with bands that are no alpha – are measurements that need sorting out.
   */
  isPlain: boolean;
};

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
  return {
    bands: isColour ? [0, 1, 2] : [0],
    alpha,
    whiteIsZero: photometric === PHOTOMETRIC.whiteIsZero,
    noData: noDataText === "" ? null : Number(noDataText),
    displayMaximum: bits <= 8 && format === UNSIGNED ? 2 ** bits - 1 : null,
    compression: await number(tiff, directory, TAG.compression, 1),
    isPlain: bits <= 8 && format === UNSIGNED && (ordinary || photometric === PHOTOMETRIC.cmyk),
  };
}
