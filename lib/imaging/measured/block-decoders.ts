import { zstdDecompressSync } from "node:zlib";
import { addDecoder, BaseDecoder } from "geotiff";
import { readCodestream } from "../jpeg2000/codestream.ts";
import { decodeJpeg2000 } from "../jpeg2000/openjpeg.ts";
import { bufferSource } from "../tiff/byte-source.ts";
import { COMPRESSION } from "../tiff/tags.ts";

const SEPARATE_PLANES = 2;

function bitsOf(decoder: BaseDecoder): number[] {
  const { bitsPerSample } = decoder.parameters;
  return typeof bitsPerSample === "number" ? [bitsPerSample] : Array.from(bitsPerSample);
}

/** The bytes of a view and no others: buffers are shared. */
function ownBytes({ buffer, byteOffset, byteLength }: ArrayBufferView): ArrayBufferLike {
  return buffer.slice(byteOffset, byteOffset + byteLength);
}

/** Node's own decoder: that of geotiff.js 3.0.5 goes on for ever where a block ends too early. */
class ZstandardDecoder extends BaseDecoder {
  override decodeBlock(block: ArrayBufferLike): ArrayBufferLike {
    const { tileWidth, tileHeight } = this.parameters;
    const rowBytes = Math.ceil((tileWidth * bitsOf(this).reduce((sum, value) => sum + value, 0)) / 8);
    return ownBytes(zstdDecompressSync(new Uint8Array(block), { maxOutputLength: Math.max(1, rowBytes * tileHeight) }));
  }
}

/** A tile or strip that is a JPEG 2000 codestream of its own, as scanners of slides write them. */
class Jpeg2000Decoder extends BaseDecoder {
  override async decodeBlock(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const { samples } = await this.decodeSamples(new Uint8Array(block));
    return ownBytes(samples);
  }

  /** Checked before it is decoded: a codestream may be of any size, and its tile says which is meant. */
  protected async decodeSamples(bytes: Uint8Array) {
    const { tileWidth, tileHeight, planarConfiguration } = this.parameters;
    const stream = await readCodestream(bufferSource(Buffer.from(bytes)));
    const bands = planarConfiguration === SEPARATE_PLANES ? 1 : bitsOf(this).length;
    if (stream?.width !== tileWidth || stream.height > tileHeight || stream.components.length !== bands) {
      throw new Error("a JPEG 2000 tile is not of the size that the file says");
    }
    return { stream, samples: (await decodeJpeg2000(bytes)).samples };
  }
}

/** The same in luma and chroma, which the codestream does not say. */
class LumaChromaDecoder extends Jpeg2000Decoder {
  override async decodeBlock(block: ArrayBufferLike): Promise<ArrayBufferLike> {
    const { stream, samples } = await this.decodeSamples(new Uint8Array(block));
    // OpenJPEG takes thinned chroma for what it is, and has made colours of it.
    const isWhole = stream.components.length === 3 && stream.components[1]?.stepX === 1;
    return ownBytes(isWhole ? toColours(samples) : samples);
  }
}

/** ITU-R BT.601 in its full range, as JPEG has it. */
function toColours(samples: ArrayLike<number>): Uint8ClampedArray {
  const colours = new Uint8ClampedArray(samples.length);
  for (let at = 0; at < samples.length; at += 3) {
    const [luma, blue, red] = [samples[at] ?? 0, (samples[at + 1] ?? 0) - 128, (samples[at + 2] ?? 0) - 128];
    colours[at] = luma + 1.402 * red;
    colours[at + 1] = luma - 0.344136 * blue - 0.714136 * red;
    colours[at + 2] = luma + 1.772 * blue;
  }
  return colours;
}

/** Has geotiff.js decode Zstandard by Node, and JPEG 2000, which it does not know, by OpenJPEG. */
export function registerBlockDecoders(): void {
  addDecoder(COMPRESSION.zstandard, async () => ZstandardDecoder);
  addDecoder([COMPRESSION.aperioRgb, COMPRESSION.jpeg2000], async () => Jpeg2000Decoder);
  addDecoder(COMPRESSION.aperioLumaChroma, async () => LumaChromaDecoder);
}
