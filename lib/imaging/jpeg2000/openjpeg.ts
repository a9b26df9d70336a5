import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { z } from "zod";
import { refusal } from "../decoding/refusal.ts";

/** Decoded samples, interleaved, at most `width` × `height` × `bands`. */
export type Decoded = {
  width: number;
  height: number;
  bands: number;
  bits: number;
  isSigned: boolean;
  samples: Uint8Array | Uint16Array | Int16Array;
};

/** The part of the codec's decoder that is used. It comes without types. */
type Decoder = {
  getEncodedBuffer(bytes: number): Uint8Array;
  getDecodedBuffer(): Uint8Array;
  getFrameInfo(): unknown;
  decodeSubResolution(skipped: number, layers: number): void;
  delete(): void;
};
type Codec = { J2KDecoder: new () => Decoder };
type CodecFactory = (options: object) => Promise<Codec>;

const frameSchema = z.object({
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  bitsPerSample: z.number().int().min(1).max(16),
  componentCount: z.number().int().min(1),
  isSigned: z.boolean(),
});

let codec: Promise<Codec> | null = null;

function openJpeg(): Promise<Codec> {
  const require = createRequire(import.meta.url);
  const create: CodecFactory = require("@cornerstonejs/codec-openjpeg/decodewasmjs");
  const wasmBinary = readFileSync(require.resolve("@cornerstonejs/codec-openjpeg/decodewasm"));
  // What it prints are warnings of damaged files; errors are thrown besides.
  codec ??= create({ wasmBinary, print: () => undefined, printErr: () => undefined });
  return codec;
}

/**
 * Decodes a JPEG 2000 codestream or file by OpenJPEG, compiled to WebAssembly, at full size or, with `skipped` levels left out,
 * at 1/2^skipped of it; luma and chroma that are coded as such come as red, green and blue. Throws `unsupported-image`.
 */
export async function decodeJpeg2000(bytes: Uint8Array, skipped = 0): Promise<Decoded> {
  const { J2KDecoder } = await openJpeg();
  const decoder = new J2KDecoder();
  try {
    decoder.getEncodedBuffer(bytes.length).set(bytes);
    decoder.decodeSubResolution(skipped, 0);
    const frame = frameSchema.parse(decoder.getFrameInfo());
    const { width, height, componentCount: bands, bitsPerSample: bits, isSigned } = frame;
    const raw = Uint8Array.from(decoder.getDecodedBuffer());
    const common = { width, height, bands, bits, isSigned };
    if (bits <= 8) return { ...common, samples: raw };
    const samples = isSigned ? new Int16Array(raw.buffer) : new Uint16Array(raw.buffer);
    return { ...common, samples };
  } catch (error) {
    // The codec throws numbers, which say nothing.
    throw refusal("the JPEG 2000 stream is damaged", undefined, error);
  } finally {
    decoder.delete();
  }
}
