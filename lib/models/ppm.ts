import type { TilePicture } from "./types.ts";

/** Raw RGB with a header (netpbm P6): how pictures reach the embedded models without a lossy detour. */
export const PPM_MEDIA_TYPE = "image/x-portable-pixmap";

/** Writes 8-bit RGB as a binary PPM. */
export function encodePpm(picture: TilePicture): Uint8Array {
  const header = new TextEncoder().encode(`P6\n${picture.width} ${picture.height}\n255\n`);
  const bytes = new Uint8Array(header.length + picture.data.length);
  bytes.set(header);
  bytes.set(picture.data, header.length);
  return bytes;
}

/** Reads what `encodePpm` writes. The pixels are a view into `bytes`. Throws where the header or the length is wrong. */
export function decodePpm(bytes: Uint8Array): TilePicture {
  const start = new TextDecoder("latin1").decode(bytes.subarray(0, 40));
  const header = /^P6\n(\d+) (\d+)\n255\n/.exec(start);
  if (!header) throw new Error("not a binary PPM with 8 bits a sample");
  const width = Number(header[1]);
  const height = Number(header[2]);
  const data = bytes.subarray(header[0].length);
  if (data.length !== width * height * 3)
    throw new Error(`a PPM of ${width}×${height} cannot hold ${data.length} bytes`);
  return { data, width, height };
}
