import { processWide } from "#lib/process-wide.ts";
import { keepRecent } from "../keep-recent.ts";

/** Planes of tiles that a process keeps, of half a megabyte each: whoever moves a slider asks for the same ones again. */
const KEPT = 48;

/** The codes of a tile's band, from memory or by `decode`. `key` names it among all. */
export function decodedPlane(key: string, decode: () => Promise<Uint16Array>): Promise<Uint16Array> {
  const kept = processWide("decoded-planes", () => new Map<string, Promise<Uint16Array>>());
  return keepRecent(kept, key, decode, KEPT);
}
