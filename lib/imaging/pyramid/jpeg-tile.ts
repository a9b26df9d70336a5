/** What a JPEG tile has to be to be served as it is. */
export type TileShape = { width: number; height: number; bands: 1 | 3 };

const SOI = Buffer.from([0xff, 0xd8]);
const EOI = Buffer.from([0xff, 0xd9]);
/** Adobe's mark that three bands are luma and chroma: without one, decoders guess by the names of the bands. */
const LUMA_CHROMA = Buffer.from([0xff, 0xee, 0, 14, 0x41, 0x64, 0x6f, 0x62, 0x65, 0, 100, 0, 0, 0, 0, 1]);
const [SOF0, SOF1, DHT, DQT, DRI, SOS] = [0xc0, 0xc1, 0xc4, 0xdb, 0xdd, 0xda];
const SOF_BYTES = 10;

/**
 * Makes a tile of a TIFF a JPEG that stands alone: `tables`, which its tiles share, are put before it (TIFF Technical Note 2), and
 * nothing but what decoding needs is kept, so no comment or Exif block that may name a person. Null where it is none of one scan, of 8
 * bits, in sequence, and of the wanted shape.
 */
export function standaloneTile(tile: Buffer, tables: Buffer | null, shape: TileShape): Buffer | null {
  const shared = tables ? segmentsOf(tables) : { kept: [], frame: null, scan: null };
  const own = segmentsOf(tile);
  if (!shared || shared.scan !== null || !own?.frame || own.scan === null) return null;
  const { frame } = own;
  const fits =
    frame.length >= SOF_BYTES &&
    frame[4] === 8 &&
    frame.readUInt16BE(5) === shape.height &&
    frame.readUInt16BE(7) === shape.width &&
    frame[9] === shape.bands;
  const end = fits ? endOfScan(tile, own.scan) : null;
  if (end === null) return null;
  const mark = shape.bands === 3 ? [LUMA_CHROMA] : [];
  return Buffer.concat([SOI, ...mark, ...shared.kept, ...own.kept, tile.subarray(own.scan, end), EOI]);
}

/** The segments that decoding needs, up to where the scan's data begin; null where it is no JPEG of one frame in sequence. */
function segmentsOf(bytes: Buffer): { kept: Buffer[]; frame: Buffer | null; scan: number | null } | null {
  if (!bytes.subarray(0, 2).equals(SOI)) return null;
  const kept: Buffer[] = [];
  let frame: Buffer | null = null;
  for (let at = 2; at + 4 <= bytes.length; ) {
    if (bytes[at] !== 0xff) return null;
    const kind = bytes.readUInt8(at + 1);
    const end = at + 2 + bytes.readUInt16BE(at + 2);
    if (end > bytes.length) return null;
    const segment = bytes.subarray(at, end);
    if (kind === SOF0 || kind === SOF1) {
      if (frame) return null;
      frame = segment;
    }
    if (kind === SOF0 || kind === SOF1 || kind === DHT || kind === DQT || kind === DRI || kind === SOS)
      kept.push(segment);
    // Application data and comments are let go; every other kind is a coding that is not kept.
    else if (!((kind >= 0xe0 && kind <= 0xef) || kind === 0xfe)) return null;
    if (kind === SOS) return { kept, frame, scan: end };
    at = end;
  }
  return { kept, frame, scan: null };
}

/** Where the data of the scan end; null where anything but the end of the picture follows them. */
function endOfScan(bytes: Buffer, begins: number): number | null {
  for (let at = bytes.indexOf(0xff, begins); at >= 0 && at + 1 < bytes.length; at = bytes.indexOf(0xff, at + 2)) {
    const kind = bytes.readUInt8(at + 1);
    if (kind === 0xd9) return at;
    if (kind !== 0 && !(kind >= 0xd0 && kind <= 0xd7)) return null;
  }
  return null;
}
