import { readSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { readFully } from "../tiff/byte-source.ts";

/** A file stored in a ZIP archive without compression. */
export type ZipEntry = { name: string; bytes: number; headerOffset: number };

const END = 0x06054b50;
const END_64 = 0x06064b50;
const ENTRY = 0x02014b50;
/** The record at the end has 22 bytes and a comment, which libvips leaves empty; before it stand 20 bytes that point to ZIP64. */
const END_BYTES = 22;
const LOCATOR_BYTES = 20;
const LOCAL_HEADER_BYTES = 30;
const IN_ZIP64 = 0xffffffff;

/** Lists the entries of an archive that libvips wrote (APPNOTE 6.3.10, ZIP64 included). */
export async function readZipEntries(file: FileHandle): Promise<ZipEntry[]> {
  const { size } = await file.stat();
  const tailAt = Math.max(0, size - END_BYTES - LOCATOR_BYTES);
  const tail = await readFully(file, tailAt, size - tailAt);
  const end = tail.length - END_BYTES;
  if (end < 0 || tail.readUInt32LE(end) !== END) throw new Error("the archive of tiles has no end");
  let count = tail.readUInt16LE(end + 10);
  let bytes = tail.readUInt32LE(end + 12);
  let offset = tail.readUInt32LE(end + 16);
  if (count === 0xffff || offset === IN_ZIP64 || bytes === IN_ZIP64) {
    const record = await readFully(file, u64(tail, end - LOCATOR_BYTES + 8), 56);
    if (record.readUInt32LE(0) !== END_64) throw new Error("the archive of tiles is damaged");
    count = u64(record, 32);
    bytes = u64(record, 40);
    offset = u64(record, 48);
  }
  return parseEntries(await readFully(file, offset, bytes), count);
}

function parseEntries(directory: Buffer, count: number): ZipEntry[] {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let index = 0; index < count; index += 1) {
    if (directory.readUInt32LE(at) !== ENTRY) throw new Error("the archive of tiles is damaged");
    if (directory.readUInt16LE(at + 10) !== 0) throw new Error("the archive of tiles is compressed");
    const nameBytes = directory.readUInt16LE(at + 28);
    const extraBytes = directory.readUInt16LE(at + 30);
    const extraAt = at + 46 + nameBytes;
    entries.push({
      name: directory.toString("latin1", at + 46, extraAt),
      ...longSizes(directory, at, directory.subarray(extraAt, extraAt + extraBytes)),
    });
    at = extraAt + extraBytes + directory.readUInt16LE(at + 32);
  }
  return entries;
}

/** Size and place of an entry; what does not fit 32 bits stands in the extra field 1, in the order of the entry. */
function longSizes(directory: Buffer, at: number, extra: Buffer): { bytes: number; headerOffset: number } {
  let bytes = directory.readUInt32LE(at + 24);
  let headerOffset = directory.readUInt32LE(at + 42);
  for (let field = 0; field + 4 <= extra.length; field += 4 + extra.readUInt16LE(field + 2)) {
    if (extra.readUInt16LE(field) !== 1) continue;
    let value = field + 4;
    if (bytes === IN_ZIP64) {
      bytes = u64(extra, value);
      value += 8;
    }
    if (directory.readUInt32LE(at + 20) === IN_ZIP64) value += 8;
    if (headerOffset === IN_ZIP64) headerOffset = u64(extra, value);
  }
  return { bytes, headerOffset };
}

/**
 * Where the bytes of an entry lie: its local header says where they begin. Without waiting: there are thousands, and the system has
 * them in memory, as they were just written.
 */
export function placeOfEntry(file: FileHandle, { headerOffset, bytes }: ZipEntry): { offset: number; bytes: number } {
  const head = Buffer.alloc(LOCAL_HEADER_BYTES);
  if (readSync(file.fd, head, 0, head.length, headerOffset) < head.length)
    throw new Error("the archive of tiles is damaged");
  return { offset: headerOffset + LOCAL_HEADER_BYTES + head.readUInt16LE(26) + head.readUInt16LE(28), bytes };
}

function u64(bytes: Buffer, at: number): number {
  return Number(bytes.readBigUInt64LE(at));
}
