import { zstdDecompressSync } from "node:zlib";
import { addDecoder, BaseDecoder } from "geotiff";
import { COMPRESSION } from "../tiff/tags.ts";

/** Node's own decoder: that of geotiff.js 3.0.5 goes on for ever where a block ends too early. */
class ZstandardDecoder extends BaseDecoder {
  override decodeBlock(block: ArrayBufferLike): ArrayBufferLike {
    const { tileWidth, tileHeight, bitsPerSample } = this.parameters;
    const bits = typeof bitsPerSample === "number" ? [bitsPerSample] : Array.from(bitsPerSample);
    const rowBytes = Math.ceil((tileWidth * bits.reduce((sum, value) => sum + value, 0)) / 8);
    const pixels = zstdDecompressSync(new Uint8Array(block), { maxOutputLength: Math.max(1, rowBytes * tileHeight) });
    return pixels.buffer.slice(pixels.byteOffset, pixels.byteOffset + pixels.byteLength);
  }
}

/** Has geotiff.js decode Zstandard by Node. */
export function registerZstandard(): void {
  addDecoder(COMPRESSION.zstandard, async () => ZstandardDecoder);
}
