import { TesseraError } from "../errors.ts";
import { featureSchema } from "./feature.ts";
import { type FgbColumn, type FgbHeader, featureTable, headerTable, readFeature, readHeader } from "./fgb-tables.ts";
import { ASPECTS, type CarriedFinding, type Entry, type Format, type FormatContext } from "./format.ts";
import { type Ground, groundOf, ownGroundOf, toFeature, toFinding } from "./geojson.ts";
import { reasonOf } from "./reason.ts";
import type { Source } from "./source.ts";

/**
 * FlatGeobuf 3, as GDAL, QGIS and PostGIS take it: the features that GeoJSON has, in a fifth of the time to read. On the ground in
 * longitude and latitude (EPSG:4326) or in the picture's own coordinate system; in pixels without any. Without an index, so that it streams.
 */
export const flatgeobuf: Format = {
  mediaType: "application/vnd.flatgeobuf",
  extension: ".fgb",
  carries: new Set(ASPECTS),
  anyCrs: true,
  write,
  read,
};

const MAGIC = Uint8Array.from([0x66, 0x67, 0x62, 0x03, 0x66, 0x67, 0x62, 0x00]);
const LON_LAT = 4326;
const COLUMNS: readonly FgbColumn[] = [
  { name: "id", type: "string" },
  { name: "label", type: "string" },
  { name: "score", type: "double" },
  { name: "review", type: "string" },
  { name: "page", type: "int" },
  { name: "text", type: "string" },
  { name: "measurements", type: "string" },
  { name: "box", type: "string" },
  { name: "disagreement", type: "double" },
];
/** Bytes that a piece of the stream has at least, the last one excepted. */
const PIECE = 32_768;
/** Bytes that one feature has at most. */
const MOST = 64 * 1024 * 1024;

async function* write(context: FormatContext, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<Uint8Array> {
  const { ground, epsg } = placedBy(context);
  let pieces: Uint8Array[] = [MAGIC, headerTable(COLUMNS, epsg)];
  let bytes = 0;
  for await (const finding of findings) {
    const { geometry, properties } = toFeature(finding, ground);
    const { label, score, review, page } = properties;
    const absent = { text: null, measurements: null, box: null, disagreement: null };
    const { text, measurements, box, disagreement } = { ...absent, ...properties };
    const values = [
      finding.id ?? null,
      label,
      score,
      review,
      page,
      text ?? null,
      measurements && JSON.stringify(measurements),
      box && JSON.stringify(box),
      disagreement,
    ];
    const feature = featureTable(geometry, COLUMNS, values);
    pieces.push(feature);
    bytes += feature.length;
    if (bytes < PIECE) continue;
    yield joined(pieces);
    [pieces, bytes] = [[], 0];
  }
  if (pieces.length > 0) yield joined(pieces);
}

function placedBy(context: FormatContext): { ground: Ground | null; epsg: number | null } {
  if (context.space === "source" && context.own) return { ground: ownGroundOf(context), epsg: context.own.epsg };
  const ground = context.space === "ground" ? groundOf(context) : null;
  return { ground, epsg: ground ? LON_LAT : null };
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

async function* read(context: FormatContext, source: Source): AsyncGenerator<Entry> {
  const bytes = byteReader(source);
  try {
    const magic = await bytes.take(MAGIC.length);
    if (!magic?.subarray(0, 4).every((byte, index) => byte === MAGIC[index])) refuse("it does not begin as one");
    const header = headerOf((await bytes.takeSized()) ?? refuse("it has no header"));
    const ground = groundBy(header.epsg, context);
    if (header.indexNodeSize > 1 && header.featuresCount > 0) {
      await bytes.skip(indexBytes(header.featuresCount, header.indexNodeSize));
    }
    for (let index = 1; ; index++) {
      const feature = await bytes.takeSized();
      if (feature === null) return;
      yield entryOf(() => {
        const { geometry, properties } = readFeature(feature, header);
        const { id, box, measurements, ...rest } = properties;
        const own = { ...inJson({ box }), ...inJson({ measurements }) };
        const found = { type: "Feature", geometry, properties: { ...rest, ...own } };
        return toFinding(featureSchema.parse(typeof id === "string" ? { ...found, id } : found), ground);
      }, index);
    }
  } finally {
    await bytes.close();
  }
}

/** What coordinates of the EPSG's number are to the image. Throws `bad-input` where they are neither degrees nor its own. */
function groundBy(epsg: number | null, context: FormatContext): Ground | null {
  if (epsg === null) return null;
  if (epsg === LON_LAT) return groundOf(context);
  if (epsg === context.own?.epsg) return ownGroundOf(context);
  throw new TesseraError("bad-input", `its coordinates are in EPSG:${epsg}`, {
    remedy: "write it in longitude and latitude, e.g. with ogr2ogr -t_srs EPSG:4326",
  });
}

function headerOf(bytes: Uint8Array): FgbHeader {
  try {
    return readHeader(bytes);
  } catch {
    return refuse("its header is damaged");
  }
}

function entryOf(read: () => CarriedFinding, index: number): Entry {
  try {
    return { finding: read() };
  } catch (error) {
    return { failed: { at: `feature ${index}`, reason: reasonOf(error) } };
  }
}

/** A value that is written as JSON, where it is there. */
function inJson(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) => (typeof value === "string" ? [[name, JSON.parse(value)]] : [])),
  );
}

function refuse(why: string): never {
  throw new TesseraError("bad-input", `this is not FlatGeobuf: ${why}`);
}

/** Bytes of the packed R-tree that may stand before the features: 40 a node. */
function indexBytes(features: number, nodeSize: number): number {
  let nodes = features;
  for (let level = features; level > 1; ) {
    level = Math.ceil(level / nodeSize);
    nodes += level;
  }
  return nodes * 40;
}

/** Takes bytes off a source in the sizes that are asked for. */
function byteReader(source: Source) {
  const iterator = source.read()[Symbol.asyncIterator]();
  let rest = new Uint8Array();
  const fill = async (size: number): Promise<boolean> => {
    const pieces = [rest];
    let length = rest.length;
    while (length < size) {
      const { value, done } = await iterator.next();
      if (done) break;
      pieces.push(new Uint8Array(value));
      length += value.length;
    }
    if (pieces.length > 1) rest = new Uint8Array(joined(pieces));
    return length >= size;
  };
  const take = async (size: number): Promise<Uint8Array | null> => {
    if (!(await fill(size))) {
      if (rest.length > 0) refuse("it ends too early");
      return null;
    }
    const taken = rest.slice(0, size);
    rest = rest.subarray(size);
    return taken;
  };
  return {
    take,
    /** What has its length before it; null at the end. */
    async takeSized(): Promise<Uint8Array | null> {
      const prefix = await take(4);
      if (prefix === null) return null;
      const size = new DataView(prefix.buffer).getUint32(0, true);
      if (size > MOST || size < 4) refuse("a part of it has no possible length");
      return (await take(size)) ?? refuse("it ends too early");
    },
    async skip(size: number): Promise<void> {
      for (let left = size; left > 0; ) {
        const step = Math.min(left, 1 << 20);
        if ((await take(step)) === null) refuse("it ends too early");
        left -= step;
      }
    },
    async close(): Promise<void> {
      await iterator.return?.();
    },
  };
}
