import type { ByteSource } from "./byte-source.ts";
import { TAG } from "./tags.ts";

/** A file that calls itself TIFF and cannot be one. The message completes "the TIFF …". */
export class BrokenTiff extends Error {}

/** One field of a directory: type, number of values, and where its bytes lie. */
type Field = { type: number; count: number; offset: number };

/** One image file directory: the fields that describe one picture of the file. */
export type Directory = {
  /** Place in the chain of directories, from 0: what libvips calls the page. */
  index: number;
  fields: ReadonlyMap<number, Field>;
};

export type Tiff = { source: ByteSource; littleEndian: boolean; big: boolean; directories: Directory[] };

const MAX_DIRECTORIES = 4096;
const MAX_FIELDS = 4096;
/** Values of one field are read up to this many bytes: the tile table of 20 gigapixels has 1.3 MB. */
const MAX_FIELD_BYTES = 256 * 1024 * 1024;
/** Bytes of one value, by field type (TIFF 6.0 and BigTIFF). */
const TYPE_BYTES: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
};

/**
 * Reads the directories of a TIFF or BigTIFF of either byte order; field values are read on demand. Bounded whatever the file
 * says: a chain that loops ends; a directory that lies outside the file, or too many of them, are an error. Throws `BrokenTiff`.
 */
export async function readTiff(source: ByteSource): Promise<Tiff> {
  const head = await source.read(0, 16);
  const littleEndian = head.toString("latin1", 0, 2) === "II";
  if (head.length < 8) throw new BrokenTiff("ends in its header");
  const version = littleEndian ? head.readUInt16LE(2) : head.readUInt16BE(2);
  const big = version === 43;
  if (!big && version !== 42) throw new BrokenTiff("has no valid header");
  const tiff: Tiff = { source, littleEndian, big, directories: [] };
  let next = big ? u64(tiff, head, 8) : u32(tiff, head, 4);
  const seen = new Set<number>();
  while (next !== 0 && !seen.has(next)) {
    if (tiff.directories.length === MAX_DIRECTORIES)
      throw new BrokenTiff(`has more than ${MAX_DIRECTORIES} directories`);
    seen.add(next);
    next = await readDirectory(tiff, next);
  }
  if (tiff.directories.length === 0) throw new BrokenTiff("holds no picture");
  return tiff;
}

/** The directory at `offset`, such as one that a field points to; null where there is none. */
export async function directoryAt(tiff: Tiff, offset: number): Promise<Directory | null> {
  const directories: Directory[] = [];
  await readDirectory({ ...tiff, directories }, offset).catch((error: unknown) => {
    if (!(error instanceof BrokenTiff)) throw error;
  });
  return directories[0] ?? null;
}

/** Reads one directory into `tiff`; returns the offset of the next, 0 after the last. */
async function readDirectory(tiff: Tiff, offset: number): Promise<number> {
  const index = tiff.directories.length;
  const countBytes = tiff.big ? 8 : 2;
  const entryBytes = tiff.big ? 20 : 12;
  const head = await tiff.source.read(offset, countBytes);
  if (head.length < countBytes) return afterFirst(index, "has a directory outside the file");
  const count = tiff.big ? u64(tiff, head, 0) : u16(tiff, head, 0);
  if (count > MAX_FIELDS) return afterFirst(index, `has a directory of ${count} fields`);
  const body = await tiff.source.read(offset + countBytes, count * entryBytes + (tiff.big ? 8 : 4));
  if (body.length < count * entryBytes) return afterFirst(index, "ends inside a directory");
  const fields = new Map<number, Field>();
  for (let entry = 0; entry < count; entry += 1) {
    const at = entry * entryBytes;
    const type = u16(tiff, body, at + 2);
    const values = tiff.big ? u64(tiff, body, at + 4) : u32(tiff, body, at + 4);
    const room = tiff.big ? 8 : 4;
    const inline = at + (tiff.big ? 12 : 8);
    const outside = (TYPE_BYTES[type] ?? 1) * values > room;
    const pointer = tiff.big ? u64(tiff, body, inline) : u32(tiff, body, inline);
    const field = { type, count: values, offset: outside ? pointer : offset + countBytes + inline };
    const tag = u16(tiff, body, at);
    if (!fields.has(tag)) fields.set(tag, field);
  }
  tiff.directories.push({ index, fields });
  const end = count * entryBytes;
  if (body.length < end + (tiff.big ? 8 : 4)) return 0;
  return tiff.big ? u64(tiff, body, end) : u32(tiff, body, end);
}

/** What is broken behind the first picture ends the chain; a broken first one is an error. */
function afterFirst(index: number, problem: string): number {
  if (index === 0) throw new BrokenTiff(problem);
  return 0;
}

/**
 * The numbers of a field, at most `limit`; empty where it is absent, not numeric, or outside the file. Rationals are divided.
 */
export async function numbers(
  tiff: Tiff,
  directory: Directory,
  tag: number,
  limit = Number.POSITIVE_INFINITY,
): Promise<number[]> {
  const field = directory.fields.get(tag);
  if (!field) return [];
  const size = TYPE_BYTES[field.type];
  const count = Math.min(field.count, limit);
  if (!size || field.type === 2 || count * size > MAX_FIELD_BYTES) return [];
  const bytes = await tiff.source.read(field.offset, count * size);
  if (bytes.length < count * size) return [];
  return Array.from({ length: count }, (_, value) => decode(tiff, bytes, value * size, field.type));
}

/** The first number of a field, or `otherwise`. */
export async function number(tiff: Tiff, directory: Directory, tag: number, otherwise: number): Promise<number> {
  return (await numbers(tiff, directory, tag, 1))[0] ?? otherwise;
}

/** The text of a field, up to its first NUL, at most `limit` bytes; empty where it is absent. */
export async function text(tiff: Tiff, directory: Directory, tag: number, limit = 65_536): Promise<string> {
  const field = directory.fields.get(tag);
  if (!field || (field.type !== 2 && field.type !== 1 && field.type !== 7)) return "";
  const bytes = await tiff.source.read(field.offset, Math.min(field.count, limit));
  const end = bytes.indexOf(0);
  return bytes.toString("utf8", 0, end < 0 ? bytes.length : end).trim();
}

/** Width and height of a directory's picture as stored, in pixels; 0 where it does not say. */
export async function storedSize(tiff: Tiff, directory: Directory): Promise<{ width: number; height: number }> {
  return {
    width: await number(tiff, directory, TAG.imageWidth, 0),
    height: await number(tiff, directory, TAG.imageLength, 0),
  };
}

function decode(tiff: Tiff, bytes: Buffer, at: number, type: number): number {
  switch (type) {
    case 3:
      return u16(tiff, bytes, at);
    case 4:
    case 13:
      return u32(tiff, bytes, at);
    case 5:
      return u32(tiff, bytes, at) / u32(tiff, bytes, at + 4);
    case 6:
      return bytes.readInt8(at);
    case 8:
      return tiff.littleEndian ? bytes.readInt16LE(at) : bytes.readInt16BE(at);
    case 9:
      return i32(tiff, bytes, at);
    case 10:
      return i32(tiff, bytes, at) / i32(tiff, bytes, at + 4);
    case 11:
      return tiff.littleEndian ? bytes.readFloatLE(at) : bytes.readFloatBE(at);
    case 12:
      return tiff.littleEndian ? bytes.readDoubleLE(at) : bytes.readDoubleBE(at);
    case 16:
    case 18:
      return u64(tiff, bytes, at);
    case 17:
      return Number(tiff.littleEndian ? bytes.readBigInt64LE(at) : bytes.readBigInt64BE(at));
    default:
      return bytes.readUInt8(at);
  }
}

function u16(tiff: Tiff, bytes: Buffer, at: number): number {
  return tiff.littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

function u32(tiff: Tiff, bytes: Buffer, at: number): number {
  return tiff.littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

function i32(tiff: Tiff, bytes: Buffer, at: number): number {
  return tiff.littleEndian ? bytes.readInt32LE(at) : bytes.readInt32BE(at);
}

/** Offsets beyond 2⁵³ lose their last digits: they lie outside of any file anyway. */
function u64(tiff: Tiff, bytes: Buffer, at: number): number {
  return Number(tiff.littleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
