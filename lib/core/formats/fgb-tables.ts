import { Builder, ByteBuffer } from "flatbuffers";
import type { Geometry } from "../detection/finding.ts";
import { TesseraError } from "../errors.ts";
import type { Position } from "../geometry/shape.ts";

/**
 * The tables of FlatGeobuf 3 (flatgeobuf.org: header.fbs, feature.fbs), as FlatBuffers, each after its length. Fields are named here by
 * their place in the schema.
 */
const HEADER = { geometryType: 2, columns: 7, featuresCount: 8, indexNodeSize: 9, crs: 10, fields: 14 };
const COLUMN = { name: 0, type: 1, fields: 11 };
const CRS = { code: 1, fields: 6 };
const FEATURE = { geometry: 0, properties: 1, fields: 3 };
const GEOMETRY = { ends: 0, xy: 1, type: 6, parts: 7, fields: 8 };

const SHAPES = ["Unknown", "Point", "LineString", "Polygon", "MultiPoint", "MultiLineString", "MultiPolygon"] as const;
const TYPES = { int: 5, double: 10, string: 11 } as const;
/** Bytes of the column types whose size is fixed, by number; texts have their length before them. */
const SIZES = [1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8];

/** A column that features have; we write these types and read all. */
export type FgbColumn = { name: string; type: keyof typeof TYPES };
export type FgbValue = string | number | null;

/** The header, with an EPSG code where there is one; features follow in any number, without an index. */
export function headerTable(columns: readonly FgbColumn[], epsg: number | null): Uint8Array {
  const builder = new Builder(512);
  const offsets = columns.map(({ name, type }) => {
    const text = builder.createString(name);
    builder.startObject(COLUMN.fields);
    builder.addFieldOffset(COLUMN.name, text, 0);
    builder.addFieldInt8(COLUMN.type, TYPES[type], 0);
    return builder.endObject();
  });
  const list = vectorOfOffsets(builder, offsets);
  let crs = 0;
  if (epsg !== null) {
    builder.startObject(CRS.fields);
    builder.addFieldInt32(CRS.code, epsg, 0);
    crs = builder.endObject();
  }
  builder.startObject(HEADER.fields);
  builder.addFieldOffset(HEADER.columns, list, 0);
  builder.addFieldInt16(HEADER.indexNodeSize, 0, 16);
  builder.addFieldOffset(HEADER.crs, crs, 0);
  builder.finishSizePrefixed(builder.endObject());
  return builder.asUint8Array();
}

/** A feature; values stand in the order of the columns. */
export function featureTable(
  geometry: Geometry,
  columns: readonly FgbColumn[],
  values: readonly FgbValue[],
): Uint8Array {
  const builder = new Builder(512);
  const bytes = propertyBytes(columns, values);
  const properties = builder.createByteVector(bytes);
  const shape = geometryTable(builder, geometry);
  builder.startObject(FEATURE.fields);
  builder.addFieldOffset(FEATURE.geometry, shape, 0);
  builder.addFieldOffset(FEATURE.properties, properties, 0);
  builder.finishSizePrefixed(builder.endObject());
  return builder.asUint8Array();
}

function geometryTable(builder: Builder, geometry: Geometry): number {
  if (geometry.type === "MultiPolygon") {
    const offsets = geometry.coordinates.map((rings) =>
      geometryTable(builder, { type: "Polygon", coordinates: rings }),
    );
    const parts = vectorOfOffsets(builder, offsets);
    builder.startObject(GEOMETRY.fields);
    builder.addFieldOffset(GEOMETRY.parts, parts, 0);
    builder.addFieldInt8(GEOMETRY.type, SHAPES.indexOf("MultiPolygon"), 0);
    return builder.endObject();
  }
  const rings = geometry.type === "Polygon" ? geometry.coordinates : [];
  const positions =
    geometry.type === "Point"
      ? [geometry.coordinates]
      : geometry.type === "LineString"
        ? geometry.coordinates
        : rings.flat();
  const flat = positions.flat();
  builder.startVector(8, flat.length, 8);
  for (const value of flat.toReversed()) builder.addFloat64(value);
  const xy = builder.endVector();
  let ends = 0;
  if (rings.length > 1) {
    builder.startVector(4, rings.length, 4);
    let end = positions.length;
    for (const ring of rings.toReversed()) {
      builder.addInt32(end);
      end -= ring.length;
    }
    ends = builder.endVector();
  }
  builder.startObject(GEOMETRY.fields);
  builder.addFieldOffset(GEOMETRY.ends, ends, 0);
  builder.addFieldOffset(GEOMETRY.xy, xy, 0);
  builder.addFieldInt8(GEOMETRY.type, SHAPES.indexOf(geometry.type), 0);
  return builder.endObject();
}

function vectorOfOffsets(builder: Builder, offsets: readonly number[]): number {
  builder.startVector(4, offsets.length, 4);
  for (const offset of offsets.toReversed()) builder.addOffset(offset);
  return builder.endVector();
}

/** Column number and value, one after the other; what is null is not there. */
function propertyBytes(columns: readonly FgbColumn[], values: readonly FgbValue[]): Uint8Array {
  const texts = values.map((value) => (typeof value === "string" ? new TextEncoder().encode(value) : null));
  const most = texts.reduce((sum, text) => sum + 14 + (text?.length ?? 0), 0);
  const bytes = new Uint8Array(most);
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const [index, { type }] of columns.entries()) {
    const [value, text] = [values[index], texts[index]];
    if (value === null || value === undefined) continue;
    view.setUint16(at, index, true);
    at += 2;
    if (text) {
      view.setUint32(at, text.length, true);
      bytes.set(text, at + 4);
      at += 4 + text.length;
    } else if (type === "int") {
      view.setInt32(at, Number(value), true);
      at += 4;
    } else {
      view.setFloat64(at, Number(value), true);
      at += 8;
    }
  }
  return bytes.subarray(0, at);
}

/** What a header says of the features after it. */
export type FgbHeader = {
  columns: { name: string; type: number }[];
  geometryType: number;
  featuresCount: number;
  indexNodeSize: number;
  epsg: number | null;
};

/** Reads a header without its length. */
export function readHeader(bytes: Uint8Array): FgbHeader {
  const table = rootOf(bytes);
  const columns = tablesOf(table, HEADER.columns).map((column) => {
    return { name: textOf(column, COLUMN.name), type: numberOf(column, COLUMN.type, "readUint8") };
  });
  const crs = tableOf(table, HEADER.crs);
  const count = offsetOf(table, HEADER.featuresCount);
  return {
    columns,
    geometryType: numberOf(table, HEADER.geometryType, "readUint8"),
    featuresCount: count === 0 ? 0 : Number(table.buffer.readUint64(count)),
    indexNodeSize: numberOf(table, HEADER.indexNodeSize, "readUint16", 16),
    epsg: (crs && numberOf(crs, CRS.code, "readInt32")) || null,
  };
}

/** Reads a feature without its length: its geometry as GeoJSON has it, and its values by column. Throws where it has none. */
export function readFeature(bytes: Uint8Array, header: FgbHeader) {
  const table = rootOf(bytes);
  const geometry = tableOf(table, FEATURE.geometry);
  if (!geometry) throw new TesseraError("bad-input", "it has no geometry");
  const start = offsetOf(table, FEATURE.properties);
  const properties = start === 0 ? new Uint8Array() : bytesOf(table, start);
  return { geometry: shapeOf(geometry, header.geometryType), properties: valuesOf(properties, header.columns) };
}

function shapeOf(table: Table, headerType: number): { type: string; coordinates: unknown } {
  const type = SHAPES[numberOf(table, GEOMETRY.type, "readUint8") || headerType] ?? "Unknown";
  if (type === "MultiPolygon") {
    const parts = tablesOf(table, GEOMETRY.parts).map((part) => shapeOf(part, SHAPES.indexOf("Polygon")).coordinates);
    return { type, coordinates: parts };
  }
  const positions = positionsOf(table);
  if (type === "Point") return { type, coordinates: positions[0] };
  if (type !== "Polygon") return { type, coordinates: positions };
  const at = offsetOf(table, GEOMETRY.ends);
  const ends = at === 0 ? [positions.length] : vectorOf(table, at, 4, (place) => table.buffer.readUint32(place));
  return { type, coordinates: ends.map((end, index) => positions.slice(index === 0 ? 0 : ends[index - 1], end)) };
}

function positionsOf(table: Table): Position[] {
  const at = offsetOf(table, GEOMETRY.xy);
  const flat = at === 0 ? [] : vectorOf(table, at, 8, (place) => table.buffer.readFloat64(place));
  return Array.from({ length: Math.floor(flat.length / 2) }, (_, index): Position => {
    return [flat[2 * index] ?? 0, flat[2 * index + 1] ?? 0];
  });
}

function valuesOf(bytes: Uint8Array, columns: FgbHeader["columns"]): Record<string, unknown> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values: Record<string, unknown> = {};
  let at = 0;
  while (at < bytes.length) {
    const column = columns[view.getUint16(at, true)];
    if (!column) throw new TesseraError("bad-input", "it has a value of no column");
    at += 2;
    const size = SIZES[column.type];
    if (size !== undefined) {
      values[column.name] = scalar(view, at, column.type);
      at += size;
    } else {
      const length = view.getUint32(at, true);
      values[column.name] = new TextDecoder().decode(bytes.subarray(at + 4, at + 4 + length));
      at += 4 + length;
    }
  }
  return values;
}

function scalar(view: DataView, at: number, type: number): number | boolean {
  const readers = [
    () => view.getInt8(at),
    () => view.getUint8(at),
    () => view.getUint8(at) !== 0,
    () => view.getInt16(at, true),
    () => view.getUint16(at, true),
    () => view.getInt32(at, true),
    () => view.getUint32(at, true),
    () => Number(view.getBigInt64(at, true)),
    () => Number(view.getBigUint64(at, true)),
    () => view.getFloat32(at, true),
    () => view.getFloat64(at, true),
  ];
  return readers[type]?.() ?? 0;
}

/** A table within its buffer. */
type Table = { buffer: ByteBuffer; at: number };

function rootOf(bytes: Uint8Array): Table {
  const buffer = new ByteBuffer(bytes);
  return { buffer, at: buffer.readInt32(0) };
}

/** Where a field stands, 0 where it is absent. */
function offsetOf({ buffer, at }: Table, field: number): number {
  const offset = buffer.__offset(at, 4 + 2 * field);
  return offset === 0 ? 0 : at + offset;
}

function numberOf(table: Table, field: number, read: "readUint8" | "readUint16" | "readInt32", absent = 0): number {
  const at = offsetOf(table, field);
  return at === 0 ? absent : table.buffer[read](at);
}

function textOf(table: Table, field: number): string {
  const at = offsetOf(table, field);
  return at === 0 ? "" : String(table.buffer.__string(at));
}

function tableOf(table: Table, field: number): Table | null {
  const at = offsetOf(table, field);
  return at === 0 ? null : { buffer: table.buffer, at: table.buffer.__indirect(at) };
}

function tablesOf(table: Table, field: number): Table[] {
  const at = offsetOf(table, field);
  const { buffer } = table;
  return at === 0 ? [] : vectorOf(table, at, 4, (place) => ({ buffer, at: buffer.__indirect(place) }));
}

function bytesOf({ buffer }: Table, at: number): Uint8Array {
  const start = buffer.__vector(at);
  return buffer.bytes().subarray(start, start + buffer.__vector_len(at));
}

function vectorOf<T>({ buffer }: Table, at: number, size: number, read: (place: number) => T): T[] {
  const [start, length] = [buffer.__vector(at), buffer.__vector_len(at)];
  if (start + length * size > buffer.capacity()) throw new TesseraError("bad-input", "it is damaged");
  return Array.from({ length }, (_, index) => read(start + size * index));
}
