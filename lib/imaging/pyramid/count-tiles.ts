import { type FileHandle, open } from "node:fs/promises";
import { readFully } from "../tiff/byte-source.ts";

/** Every entry of a ZIP archive begins with these bytes. */
const ENTRY_START = Buffer.from([0x50, 0x4b, 0x03, 0x04]);
const CHUNK_BYTES = 4 * 1024 * 1024;
const EVERY_MS = 250;

/**
 * Follows the archive that libvips is writing, as libvips itself tells no progress, and says how many tiles it holds. Returns how
 * to stop.
 */
export function countTiles(path: string, onCount: (tiles: number) => void): () => Promise<void> {
  let file: FileHandle | null = null;
  let at = 0;
  let tiles = 0;
  let round: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    file ??= await open(path, "r").catch(() => null);
    if (!file) return;
    for (;;) {
      const bytes = await readFully(file, at, CHUNK_BYTES);
      if (bytes.length < ENTRY_START.length) break;
      let found = bytes.indexOf(ENTRY_START);
      for (; found >= 0; found = bytes.indexOf(ENTRY_START, found + 1)) tiles += 1;
      // The last bytes may be the beginning of the mark.
      at += bytes.length - (ENTRY_START.length - 1);
    }
    onCount(tiles);
  };
  const timer = setInterval(() => {
    round = round.then(look);
  }, EVERY_MS);
  return async () => {
    clearInterval(timer);
    await round;
    await file?.close();
  };
}
