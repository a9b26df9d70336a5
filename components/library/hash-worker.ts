import { sha256 } from "@noble/hashes/sha2.js";

/** Pieces read from the file: large enough that reading costs little, small enough that a phone holds several. */
const PIECE_BYTES = 4 * 1024 * 1024;

/** Answers a file with its SHA-256 in hexadecimal, or with the reason why it cannot be read. Memory is bounded whatever its size. */
async function answer({ data: file }: MessageEvent<File>): Promise<void> {
  try {
    const hash = sha256.create();
    for (let at = 0; at < file.size; at += PIECE_BYTES) {
      hash.update(new Uint8Array(await file.slice(at, at + PIECE_BYTES).arrayBuffer()));
    }
    const hex = [...hash.digest()].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    self.postMessage({ sha256: hex });
  } catch (error) {
    self.postMessage({ error: error instanceof Error ? error.message : String(error) });
  }
}

self.addEventListener("message", (event: MessageEvent<File>) => void answer(event));
