import { refusal } from "../decoding/refusal.ts";
import { type Directory, number, storedSize, type Tiff } from "./directory.ts";
import { TAG } from "./tags.ts";

/** What a directory of a Hamamatsu slide shows: the slide, or what no one is to see beside it. */
export type HamamatsuView = "slide" | "other focus" | "macro" | "map";

/** libjpeg reads no side longer than this, and a level of such a slide is one JPEG. */
const LONGEST_SIDE = 65_500;
/** Beyond it the scanner writes offsets of 64 bits into a TIFF of 32, each after the other half of its directory. */
const LARGEST_FILE = 2 ** 32;

const REMEDY =
  "convert it with OpenSlide's help: vips tiffsave SLIDE.ndpi SLIDE.tif --tile --pyramid --bigtiff --compression jpeg";

/**
 * What may help where a TIFF of `size` bytes has no directories that can be followed: a Hamamatsu slide of this size is none that
 * reads as its header says.
 */
export function remedyBySize(size: number): string | undefined {
  return size >= LARGEST_FILE ? `if it is a Hamamatsu slide, ${REMEDY}` : undefined;
}

/** Fields of the scanner's own that may name a case, a machine or a person; laboratories print the case's number as a barcode. */
const PERSONAL: readonly [tag: number, name: string][] = [
  [TAG.ndpiReference, "Reference"],
  [TAG.ndpiSerialNumber, "SerialNumber"],
  [TAG.ndpiProperties, "Properties"],
  [TAG.ndpiBarcode, "Barcode"],
];

/** True where the file is a Hamamatsu slide (NDPI): every directory of one carries the mark. */
export function isHamamatsu(tiff: Tiff): boolean {
  return tiff.directories[0]?.fields.has(TAG.ndpiMark) ?? false;
}

/** Tells the slide from the photograph of its glass (lens −1), the map of its tissue (−2), and from other depths of focus. */
export async function hamamatsuView(tiff: Tiff, directory: Directory): Promise<HamamatsuView> {
  const lens = await number(tiff, directory, TAG.ndpiLens, 0);
  if (lens === -2) return "map";
  // Whatever says no lens may show the label.
  if (!(lens > 0)) return "macro";
  return (await number(tiff, directory, TAG.ndpiFocus, 0)) === 0 ? "slide" : "other focus";
}

/** The power of the objective, and the names of what is dropped. Throws `unsupported-image` where no decoder of ours reads such a slide. */
export async function readHamamatsu(
  tiff: Tiff,
  slide: Directory,
): Promise<{ magnification: number | null; dropped: string[] }> {
  if (tiff.source.size >= LARGEST_FILE) {
    throw refusal("a Hamamatsu slide of more than 4 GB is not read, as it is no TIFF of its kind", REMEDY);
  }
  const { width, height } = await storedSize(tiff, slide);
  if (Math.max(width, height) > LONGEST_SIDE) {
    throw refusal(`the Hamamatsu slide is one JPEG of ${width} × ${height} pixels, longer than decoders read`, REMEDY);
  }
  const lens = await number(tiff, slide, TAG.ndpiLens, 0);
  const present = PERSONAL.filter(([tag]) => tiff.directories.some(({ fields }) => fields.has(tag)));
  return { magnification: lens > 0 ? lens : null, dropped: present.map(([, name]) => name) };
}
