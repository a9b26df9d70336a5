import type { ByteSource } from "../tiff/byte-source.ts";

/** What the header of a JPEG 2000 codestream says (ISO/IEC 15444-1, A.5.1). Sizes in pixels. */
export type Codestream = {
  width: number;
  height: number;
  components: { bits: number; isSigned: boolean; stepX: number; stepY: number }[];
};

/** A box of a JP2 file: its type, and where its content lies. */
type Box = { type: string; at: number; bytes: number };

const START_OF_CODESTREAM = 0xff4f;
const SIZE = 0xff51;
const FIXED_BYTES = 42;
const MAX_COMPONENTS = 16_384;
const BOX_HEADER_BYTES = 8;
const LONG_HEADER_BYTES = 16;
/** GeoJP2: a box of this id holds a GeoTIFF without a picture. */
const GEO_BOX = Buffer.from("b14bf8bd083d4b43a5ae8cd7d5a6ce03", "hex");
const MAX_GEO_BYTES = 1024 ** 2;

/** Reads the header of a codestream that is bare or in the boxes of a JP2 file; null where there is none. */
export async function readCodestream(source: ByteSource): Promise<Codestream | null> {
  const at = await findCodestream(source);
  if (at === null) return null;
  const head = await source.read(at, FIXED_BYTES);
  const isWhole = head.length === FIXED_BYTES;
  if (!isWhole || head.readUInt16BE(0) !== START_OF_CODESTREAM || head.readUInt16BE(2) !== SIZE) return null;
  const count = head.readUInt16BE(40);
  if (count < 1 || count > MAX_COMPONENTS) return null;
  const table = await source.read(at + FIXED_BYTES, count * 3);
  if (table.length < count * 3) return null;
  return {
    width: head.readUInt32BE(8) - head.readUInt32BE(16),
    height: head.readUInt32BE(12) - head.readUInt32BE(20),
    components: Array.from({ length: count }, (_, index) => ({
      bits: (table.readUInt8(index * 3) & 0x7f) + 1,
      isSigned: (table.readUInt8(index * 3) & 0x80) !== 0,
      stepX: table.readUInt8(index * 3 + 1),
      stepY: table.readUInt8(index * 3 + 2),
    })),
  };
}

/** The GeoTIFF that a georeferenced JP2 file carries; null where it carries none. */
export async function readGeoBox(source: ByteSource): Promise<Buffer | null> {
  for await (const box of boxes(source)) {
    if (box.type !== "uuid" || box.bytes < GEO_BOX.length || box.bytes > MAX_GEO_BYTES) continue;
    const content = await source.read(box.at, box.bytes);
    if (content.subarray(0, GEO_BOX.length).equals(GEO_BOX)) return content.subarray(GEO_BOX.length);
  }
  return null;
}

async function findCodestream(source: ByteSource): Promise<number | null> {
  const head = await source.read(0, 2);
  if (head.length === 2 && head.readUInt16BE(0) === START_OF_CODESTREAM) return 0;
  for await (const box of boxes(source)) if (box.type === "jp2c") return box.at;
  return null;
}

/** The boxes of a JP2 file one after another, as far as they are whole. */
async function* boxes(source: ByteSource): AsyncGenerator<Box> {
  let at = 0;
  while (at + BOX_HEADER_BYTES <= source.size) {
    const head = await source.read(at, LONG_HEADER_BYTES);
    if (head.length < BOX_HEADER_BYTES) return;
    const short = head.readUInt32BE(0);
    const isLong = short === 1 && head.length === LONG_HEADER_BYTES;
    const header = isLong ? LONG_HEADER_BYTES : BOX_HEADER_BYTES;
    const stated = isLong ? Number(head.readBigUInt64BE(8)) : short;
    const length = stated === 0 ? source.size - at : stated;
    if (length < header) return;
    yield { type: head.toString("latin1", 4, 8), at: at + header, bytes: length - header };
    at += length;
  }
}
