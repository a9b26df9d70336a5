import { crc32 } from "node:zlib";
import { withFileSource } from "../tiff/byte-source.ts";

const SIGNATURE_BYTES = 8;
const LENGTH_BYTES = 4;
const NAME_BYTES = 4;
const CHECKSUM_BYTES = 4;
/** More chunks, or longer ones, than are looked at for a reason. */
const MAX_CHUNKS = 100_000;
const MAX_CHUNK_BYTES = 64 * 1024 * 1024;

/**
 * What is wrong with the first damaged chunk of a PNG (its specification, section 5.3), to complete "the PNG …"; null where none is.
 * libvips refuses such files without a word.
 */
export async function pngDamage(path: string): Promise<string | null> {
  return withFileSource(path, async (source) => {
    let at = SIGNATURE_BYTES;
    for (let chunk = 0; chunk < MAX_CHUNKS; chunk += 1) {
      const head = await source.read(at, LENGTH_BYTES + NAME_BYTES);
      if (head.length < LENGTH_BYTES + NAME_BYTES) return "ends without its last chunk";
      const bytes = head.readUInt32BE(0);
      const name = head.toString("latin1", LENGTH_BYTES);
      if (!/^[A-Za-z]{4}$/.test(name)) return "holds a chunk without a name";
      if (bytes > MAX_CHUNK_BYTES) return null;
      const body = await source.read(at + LENGTH_BYTES, NAME_BYTES + bytes + CHECKSUM_BYTES);
      if (body.length < NAME_BYTES + bytes + CHECKSUM_BYTES) return `ends inside its ${name} chunk`;
      if (crc32(body.subarray(0, NAME_BYTES + bytes)) !== body.readUInt32BE(NAME_BYTES + bytes)) {
        return `has a wrong checksum in its ${name} chunk`;
      }
      if (name === "IEND") return null;
      at += LENGTH_BYTES + body.length;
    }
    return null;
  });
}
