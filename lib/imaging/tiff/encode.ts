/** A field of a directory to be written. Shorts and rationals are what readers expect for small numbers and resolutions. */
export type NewField = {
  tag: number;
  type: "short" | "long" | "long8" | "rational" | "ascii";
  values: readonly number[] | string;
};

const TYPES = {
  ascii: { code: 2, bytes: 1 },
  short: { code: 3, bytes: 2 },
  long: { code: 4, bytes: 4 },
  rational: { code: 5, bytes: 8 },
  long8: { code: 16, bytes: 8 },
} as const;
/** Rationals are written with this denominator. */
const DENOMINATOR = 1000;

/** Header of a little-endian BigTIFF whose first directory is at `firstDirectory`. */
export function encodeHeader(firstDirectory: number): Buffer {
  const header = Buffer.alloc(16);
  header.write("II", 0, "latin1");
  header.writeUInt16LE(43, 2);
  header.writeUInt16LE(8, 4);
  header.writeBigUInt64LE(BigInt(firstDirectory), 8);
  return header;
}

/**
 * Encodes BigTIFF directories that will stand one after another from `offset`. Returns their bytes, the values that do not fit
 * into their entries included, and where the first begins.
 */
export function encodeDirectories(
  directories: readonly (readonly NewField[])[],
  offset: number,
): { bytes: Buffer; first: number } {
  const parts: Buffer[] = [];
  let at = offset;
  let first = 0;
  let pointer: { buffer: Buffer; at: number } | null = null;
  const append = (bytes: Buffer): number => {
    const start = at;
    const padding = (8 - (bytes.length % 8)) % 8;
    parts.push(bytes, Buffer.alloc(padding));
    at += bytes.length + padding;
    return start;
  };
  for (const fields of directories) {
    const sorted = fields.toSorted((a, b) => a.tag - b.tag);
    const table = Buffer.alloc(8 + sorted.length * 20 + 8);
    table.writeBigUInt64LE(BigInt(sorted.length), 0);
    for (const [index, field] of sorted.entries()) {
      const entry = 8 + index * 20;
      const values = encodeValues(field);
      const { code, bytes } = TYPES[field.type];
      table.writeUInt16LE(field.tag, entry);
      table.writeUInt16LE(code, entry + 2);
      table.writeBigUInt64LE(BigInt(values.length / bytes), entry + 4);
      if (values.length <= 8) values.copy(table, entry + 12);
      else table.writeBigUInt64LE(BigInt(append(values)), entry + 12);
    }
    const start = append(table);
    if (pointer) pointer.buffer.writeBigUInt64LE(BigInt(start), pointer.at);
    else first = start;
    pointer = { buffer: table, at: table.length - 8 };
  }
  return { bytes: Buffer.concat(parts), first };
}

function encodeValues({ type, values }: NewField): Buffer {
  if (typeof values === "string") return Buffer.from(`${values}\0`, "latin1");
  const bytes = Buffer.alloc(values.length * TYPES[type].bytes);
  for (const [index, value] of values.entries()) {
    if (type === "short") bytes.writeUInt16LE(value, index * 2);
    else if (type === "long") bytes.writeUInt32LE(value, index * 4);
    else if (type === "long8") bytes.writeBigUInt64LE(BigInt(value), index * 8);
    else {
      bytes.writeUInt32LE(Math.round(value * DENOMINATOR), index * 8);
      bytes.writeUInt32LE(DENOMINATOR, index * 8 + 4);
    }
  }
  return bytes;
}
