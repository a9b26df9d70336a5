import type { Grey } from "./grey.ts";

/** Raw grey with a header (netpbm P5): how pages reach the recogniser, a third of the bytes of their colours. */
export const PGM_MEDIA_TYPE = "image/x-portable-graymap";

/** Writes 8-bit grey as a binary PGM. */
export function encodePgm({ data, width, height }: Grey): Uint8Array {
  const header = new TextEncoder().encode(`P5\n${width} ${height}\n255\n`);
  const bytes = new Uint8Array(header.length + data.length);
  bytes.set(header);
  bytes.set(data, header.length);
  return bytes;
}

/** Reads what `encodePgm` writes. The pixels are a view into `bytes`. Throws where the header or the length is wrong. */
export function decodePgm(bytes: Uint8Array): Grey {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 40));
  const header = /^P5\n(\d+) (\d+)\n255\n/.exec(start);
  if (!header) throw new Error("not a binary PGM with 8 bits a sample");
  const width = Number(header[1]);
  const height = Number(header[2]);
  const data = bytes.subarray(header[0].length);
  if (data.length !== width * height) throw new Error(`a PGM of ${width}×${height} cannot hold ${data.length} bytes`);
  return { data, width, height };
}
