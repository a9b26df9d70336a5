import { processWide } from "#lib/process-wide.ts";

/** Bytes of encoded tiles that a process keeps: some hundreds of tiles, as many as a few people look at. */
const KEPT_BYTES = 64 * 1024 * 1024;

type Kept = { bytes: Promise<Buffer>; byteLength: number };

/**
 * The bytes of an encoded tile, from memory or by `read`. The system keeps files in memory too, but reading from it costs a thread's
 * turn and a new buffer each time: without this, two thirds of a tile's time went there. `key` names the tile among all pyramids.
 */
export function encodedTile(key: string, byteLength: number, read: () => Promise<Buffer>): Promise<Buffer> {
  const memory = processWide("encoded-tiles", () => ({ tiles: new Map<string, Kept>(), bytes: 0 }));
  const forget = (name: string, tile: Kept): void => {
    if (memory.tiles.get(name) !== tile) return;
    memory.tiles.delete(name);
    memory.bytes -= tile.byteLength;
  };
  const found = memory.tiles.get(key);
  const tile = found ?? { bytes: read(), byteLength };
  // The order of a map is that of insertion: what was used last goes to the end.
  memory.tiles.delete(key);
  memory.tiles.set(key, tile);
  if (found) return found.bytes;
  memory.bytes += byteLength;
  tile.bytes.catch(() => forget(key, tile));
  for (const [name, oldest] of memory.tiles) {
    if (memory.bytes <= KEPT_BYTES) break;
    forget(name, oldest);
  }
  return tile.bytes;
}
