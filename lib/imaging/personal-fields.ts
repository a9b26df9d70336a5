import { bufferSource } from "./tiff/byte-source.ts";
import { BrokenTiff, type Directory, directoryAt, number, readTiff, type Tiff } from "./tiff/directory.ts";
import { TAG } from "./tiff/tags.ts";

const PERSONAL_TAGS: readonly (readonly [tag: number, name: string])[] = [
  [TAG.artist, "Artist"],
  [TAG.copyright, "Copyright"],
  [TAG.dateTime, "DateTime"],
  [TAG.hostComputer, "HostComputer"],
  [TAG.gpsDirectory, "GPS position"],
];
const PERSONAL_EXIF_TAGS: readonly (readonly [tag: number, name: string])[] = [
  [0x9003, "DateTimeOriginal"],
  [0xa430, "CameraOwnerName"],
  [0xa431, "BodySerialNumber"],
  [0x9286, "UserComment"],
];

/** Names of the fields of a TIFF or Exif directory that may identify a person, a place or a time. */
export async function personalFields(tiff: Tiff, directory: Directory): Promise<string[]> {
  const names = PERSONAL_TAGS.filter(([tag]) => directory.fields.has(tag)).map(([, name]) => name);
  const exifAt = await number(tiff, directory, TAG.exifDirectory, 0);
  const exif = exifAt > 0 ? await directoryAt(tiff, exifAt) : null;
  return [...names, ...PERSONAL_EXIF_TAGS.filter(([tag]) => exif?.fields.has(tag)).map(([, name]) => name)];
}

/** The same for the Exif block of a JPEG, PNG or WebP; a block that is broken has no fields. */
export async function personalExifFields(block: Buffer): Promise<string[]> {
  const start = block.toString("latin1", 0, 4) === "Exif" ? 6 : 0;
  try {
    const tiff = await readTiff(bufferSource(block.subarray(start)));
    const first = tiff.directories[0];
    return first ? await personalFields(tiff, first) : [];
  } catch (error) {
    if (error instanceof BrokenTiff) return [];
    throw error;
  }
}
