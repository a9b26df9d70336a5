import { processWide } from "#lib/process-wide.ts";
import { keepRecent } from "../keep-recent.ts";

/** Decoded tiles that a process keeps: 64 tiles of 512 × 512 RGB are 50 MB. Neighbouring regions share most of theirs. */
const KEPT = 64;

/**
 * The decoded pixels of a tile, from memory or by `decode`; whoever asks for the same tile meanwhile waits for the same decoding.
 * `key` names the tile among all pyramids.
 */
export function decodedTile(key: string, decode: () => Promise<Buffer>): Promise<Buffer> {
  const kept = processWide("decoded-tiles", () => new Map<string, Promise<Buffer>>());
  return keepRecent(kept, key, decode, KEPT);
}
