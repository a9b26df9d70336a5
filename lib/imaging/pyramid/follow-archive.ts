import { type FileHandle, open } from "node:fs/promises";
import { readFully } from "../tiff/byte-source.ts";
import { TILE_NAME } from "./tile-name.ts";

/** Every entry of a ZIP archive begins with these bytes. */
const ENTRY_START = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const HEADER_BYTES = 30;
/** A header and the name of a tile are shorter than this. */
const HEADER_AND_NAME_BYTES = 512;
/** What follows an entry's bytes: a mark, its checksum, and its size twice, in 64 bits where the archive is large. */
const DESCRIPTOR = 0x08074b50;
const DESCRIPTOR_BYTES = 16;
const DESCRIPTOR_64_BYTES = 24;
const CHUNK_BYTES = 1024 * 1024;
const EVERY_MS = 100;

/** A tile that is whole in the archive: its level and place, and how its bytes are read. */
export type WrittenTile = { name: string; read(): Promise<Buffer> };

/**
 * Follows the archive that libvips is writing, as libvips itself tells nothing of it, and tells of each tile that it holds. A tile
 * may be missed; none is told of that is not whole. Returns how to stop.
 */
export function followArchive(path: string, onTile: (tile: WrittenTile) => void): () => Promise<void> {
  // One for all: the pages of a new one each time cost more than reading does.
  const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
  let file: FileHandle | null = null;
  let at = 0;
  let current: { name: string; begins: number } | null = null;
  let round: Promise<void> = Promise.resolve();

  const tell = async (archive: FileHandle, next: number): Promise<void> => {
    if (!current) return;
    const { name, begins } = current;
    const bytes = await bytesBefore(archive, begins, next);
    if (bytes !== null) onTile({ name, read: () => readFully(archive, begins, bytes) });
  };

  const look = async (): Promise<void> => {
    file ??= await open(path, "r").catch(() => null);
    if (!file) return;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES, at);
      const chunk = buffer.subarray(0, bytesRead);
      // A header that lies at the end may not be whole: it is looked at again.
      const whole = chunk.length - HEADER_AND_NAME_BYTES;
      if (whole <= 0) return;
      for (let found = chunk.indexOf(ENTRY_START); found >= 0 && found < whole; ) {
        const nameEnds = found + HEADER_BYTES + chunk.readUInt16LE(found + 26);
        const name = TILE_NAME.exec(chunk.toString("latin1", found + HEADER_BYTES, Math.min(nameEnds, chunk.length)));
        if (name) {
          await tell(file, at + found);
          const [, level, column, row] = name;
          current = { name: `${level}/${column}_${row}`, begins: at + nameEnds + chunk.readUInt16LE(found + 28) };
        }
        found = chunk.indexOf(ENTRY_START, found + 1);
      }
      at += whole;
    }
  };
  const timer = setInterval(() => {
    // What cannot be followed is missed: the tiles are cut all the same, only later.
    round = round.then(look).catch(() => clearInterval(timer));
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await round;
    await file?.close();
  };
}

/** How many bytes an entry has that begins at `begins` and ends before `next`, as its descriptor confirms; null where it does not. */
async function bytesBefore(archive: FileHandle, begins: number, next: number): Promise<number | null> {
  const tail = await readFully(archive, next - DESCRIPTOR_64_BYTES, DESCRIPTOR_64_BYTES);
  const short = DESCRIPTOR_64_BYTES - DESCRIPTOR_BYTES;
  const bytes = next - begins - DESCRIPTOR_BYTES;
  if (tail.readUInt32LE(short) === DESCRIPTOR && tail.readUInt32LE(short + 8) === bytes) return bytes;
  const long = next - begins - DESCRIPTOR_64_BYTES;
  if (tail.readUInt32LE(0) === DESCRIPTOR && tail.readBigUInt64LE(8) === BigInt(long)) return long;
  return null;
}
