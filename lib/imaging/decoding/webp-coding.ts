import { withFileSource } from "../tiff/byte-source.ts";

/** Chunks before the picture: extended header, colour profile, animation, transparency; a file of more is none that we know. */
const MAX_CHUNKS = 16;
const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;
/** An animation's frame says this much of itself before its own chunks. */
const FRAME_HEADER_BYTES = 16;

/** True where the first picture of a WebP is coded without loss (`VP8L`; RFC 9649, section 2). */
export async function isLosslessWebp(path: string): Promise<boolean> {
  return withFileSource(path, async (source) => {
    let at = RIFF_HEADER_BYTES;
    for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
      const head = await source.read(at, CHUNK_HEADER_BYTES);
      if (head.length < CHUNK_HEADER_BYTES) return false;
      const name = head.toString("latin1", 0, 4);
      if (name === "VP8L" || name === "VP8 ") return name === "VP8L";
      const bytes = name === "ANMF" ? FRAME_HEADER_BYTES : head.readUInt32LE(4);
      // Chunks are filled up to even lengths.
      at += CHUNK_HEADER_BYTES + bytes + (bytes % 2);
    }
    return false;
  });
}
