import { createHash, type Hash } from "node:crypto";
import { processWide } from "#lib/process-wide.ts";

type Running = { hash: Hash; bytes: number };

/** Hashes of uploads that this process has received from their first byte on. */
function running(): Map<string, Running> {
  return processWide("upload-hashes", () => new Map<string, Running>());
}

/**
 * Goes on with an upload's hash at `offset`, so that a large file need not be read again once it is complete. Where this process has
 * not seen all bytes before, nothing is hashed.
 */
export function hashFrom(id: string, offset: number): (piece: Uint8Array) => void {
  if (offset === 0) running().set(id, { hash: createHash("sha256"), bytes: 0 });
  const own = running().get(id);
  if (own?.bytes !== offset) {
    running().delete(id);
    return () => undefined;
  }
  return (piece) => {
    own.hash.update(piece);
    own.bytes += piece.byteLength;
  };
}

/** The hash in hexadecimal of exactly `bytes` bytes, or null where it is not known here. It is not kept. */
export function takeHash(id: string, bytes: number): string | null {
  const own = running().get(id);
  running().delete(id);
  return own?.bytes === bytes ? own.hash.digest("hex") : null;
}

/** Forgets an upload's hash. */
export function forgetHash(id: string): void {
  running().delete(id);
}
