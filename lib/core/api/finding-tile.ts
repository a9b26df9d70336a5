import { type Geometry, REVIEW_STATES, type ReviewState } from "../detection/finding.ts";
import { type Position, polygonsOf } from "../geometry/shape.ts";

/**
 * The findings of one viewer tile, binary, little-endian, in two versions. Both begin alike:
 *
 * | bytes   | what                                                                     |
 * |---------|--------------------------------------------------------------------------|
 * | 16      | "TFT1" or "TFT2", then as Uint32: total that touch the tile, count sent, bytes of labels |
 * | 16      | version 2 only, as Uint32: cells per side of the tile, entries, rings, points |
 * | 16 × n  | Float32 x, y, width, height in level-0 pixels                            |
 * | 4 × n   | Float32 score, NaN where there is none                                   |
 * | 4 × n   | Uint32 version                                                           |
 * | 16 × n  | id (UUID)                                                                |
 * | 2 × n   | Uint16 index into the labels                                             |
 * | 1 × n   | Uint8 review: 0 unreviewed, 1 accepted, 2 rejected                       |
 * | 1 × n   | Uint8 flags: 1 provisional, 2 has a shape beyond its box, 4 drawn by a person, 8 imported, 16 locked |
 * | rest    | labels: a JSON array, UTF-8; in version 2 filled up with spaces to a multiple of 4 |
 *
 * Version 1 is thinned where `total` is more than `count`: those drawn by a person and the highest scores were sent. Version 2
 * sends every finding of a tile or, where there are more than EXACT_TILE_LIMIT, none, but how many there are in which cell:
 *
 * | bytes   | what                                                                     |
 * |---------|--------------------------------------------------------------------------|
 * | 4 × m   | Uint32 how many findings of one label have their middle in one cell      |
 * | 2 × m   | Uint16 cell: row × cells per side + column                               |
 * | 2 × m   | Uint16 index into the labels                                             |
 * | 4 × r   | Uint32 position of the finding that a ring belongs to, in its lower 29 bits; bit 31: it begins a polygon, else it is a hole; bit 30: it is open, a line or a point; bit 29: the polygon stands for an ellipse |
 * | 4 × r   | Uint32 points of the ring, the first of which is its last as well        |
 * | 8 × p   | Float32 x, y of the points in level-0 pixels                             |
 *
 * A finding that touches several tiles is in each of them.
 */
const MAGIC = 0x31544654;
const MAGIC_2 = 0x32544654;
const HEADER_BYTES = 16;
const HEADER_BYTES_2 = 32;
const RING = { outer: 0x80000000, open: 0x40000000, ellipse: 0x20000000, position: 0x1fffffff } as const;

export const TILE_FLAGS = { provisional: 1, shaped: 2, drawn: 4, imported: 8, locked: 16 } as const;

/** Side of a viewer tile, in pixels of its level. */
export const FINDING_TILE_SIDE = 512;
/** A tile of version 2 holds all its findings up to this many. */
export const EXACT_TILE_LIMIT = 8192;
/** Cells per side of a tile that holds more. */
export const DENSITY_CELLS = 128;

/** A finding as it goes into a tile. */
export type TileFinding = {
  id: string;
  x: number;
  y: number;
  width: number;
  height: number;
  score: number | null;
  label: string;
  review: ReviewState;
  version: number;
  flags: number;
};

type Ring = Position[];

/** How many findings of which label have their middle in which cell: entry by entry. */
export type TileDensity = { side: number; counts: Uint32Array; cells: Uint16Array; labelIndexes: Uint16Array };

/** A decoded tile: column by column, views on the bytes that arrived. */
export type FindingTile = {
  total: number;
  count: number;
  labels: string[];
  /** x, y, width, height of finding i at 4·i. */
  boxes: Float32Array;
  scores: Float32Array;
  versions: Uint32Array;
  /** Sixteen bytes each; `tileFindingId` spells one. The same, as four words each. */
  ids: Uint8Array;
  idWords: Uint32Array;
  labelIndexes: Uint16Array;
  /** Indexes into REVIEW_STATES. */
  reviews: Uint8Array;
  flags: Uint8Array;
  /** In place of findings, where there are too many. */
  density: TileDensity | null;
  /** Shapes beyond the box, by position in the tile. */
  outlines: Map<number, Geometry>;
};

type Sizes = { version: 1 | 2; count: number; labelBytes: number; entries: number; rings: number; points: number };

function sections(buffer: ArrayBuffer, { version, count, labelBytes, entries, rings, points }: Sizes) {
  let offset = version === 1 ? HEADER_BYTES : HEADER_BYTES_2;
  const take = (bytes: number): number => {
    offset += bytes;
    return offset - bytes;
  };
  return {
    boxes: new Float32Array(buffer, take(16 * count), 4 * count),
    scores: new Float32Array(buffer, take(4 * count), count),
    versions: new Uint32Array(buffer, take(4 * count), count),
    idWords: new Uint32Array(buffer, offset, 4 * count),
    ids: new Uint8Array(buffer, take(16 * count), 16 * count),
    labelIndexes: new Uint16Array(buffer, take(2 * count), count),
    reviews: new Uint8Array(buffer, take(count), count),
    flags: new Uint8Array(buffer, take(count), count),
    labels: new Uint8Array(buffer, take(labelBytes), labelBytes),
    counts: new Uint32Array(buffer, entries ? take(4 * entries) : 0, entries),
    cells: new Uint16Array(buffer, entries ? take(2 * entries) : 0, entries),
    cellLabels: new Uint16Array(buffer, entries ? take(2 * entries) : 0, entries),
    ringOwners: new Uint32Array(buffer, rings ? take(4 * rings) : 0, rings),
    ringLengths: new Uint32Array(buffer, rings ? take(4 * rings) : 0, rings),
    points: new Float32Array(buffer, points ? take(8 * points) : 0, 2 * points),
    end: offset,
  };
}

function byteLength({ version, count, labelBytes, entries, rings, points }: Sizes): number {
  return (version === 1 ? HEADER_BYTES : HEADER_BYTES_2) + 44 * count + labelBytes + 8 * (entries + rings + points);
}

/** Makes the bytes of a tile of which only the labels are written yet, with its columns to be filled. */
export function layTile(
  version: 1 | 2,
  tile: { total: number; count: number; labels: readonly string[]; side?: number } & Partial<
    Pick<Sizes, "entries" | "rings" | "points">
  >,
) {
  const { total, count, side = 0, entries = 0, rings = 0, points = 0 } = tile;
  const written = new TextEncoder().encode(JSON.stringify(tile.labels));
  const labelBytes = version === 1 ? written.byteLength : Math.ceil(written.byteLength / 4) * 4;
  const sizes: Sizes = { version, count, labelBytes, entries, rings, points };
  const buffer = new ArrayBuffer(byteLength(sizes));
  const header = [version === 1 ? MAGIC : MAGIC_2, total, count, labelBytes];
  new Uint32Array(buffer, 0, 4).set(header);
  if (version === 2) new Uint32Array(buffer, 16, 4).set([side, entries, rings, points]);
  const columns = sections(buffer, sizes);
  columns.labels.fill(" ".charCodeAt(0)).set(written);
  return { bytes: new Uint8Array(buffer), columns };
}

/** Writes a tile of version 1. `total` is how many findings touch it, sent or not. */
export function encodeFindingTile(findings: readonly TileFinding[], total: number): Uint8Array<ArrayBuffer> {
  const labels = [...new Set(findings.map((finding) => finding.label))];
  const indexOf = new Map(labels.map((label, index) => [label, index]));
  const { bytes, columns } = layTile(1, { total, count: findings.length, labels });
  findings.forEach((finding, index) => {
    columns.boxes.set([finding.x, finding.y, finding.width, finding.height], 4 * index);
    columns.scores[index] = finding.score ?? Number.NaN;
    columns.versions[index] = finding.version;
    columns.ids.set(uuidBytes(finding.id), 16 * index);
    columns.labelIndexes[index] = indexOf.get(finding.label) ?? 0;
    columns.reviews[index] = REVIEW_STATES.indexOf(finding.review);
    columns.flags[index] = finding.flags;
  });
  return bytes;
}

/** Shapes as a tile carries them, ring after ring; each that of the finding at `position`. */
export function flattenOutlines(outlines: Iterable<{ position: number; geometry: Geometry }>) {
  const [owners, lengths, points]: [number[], number[], number[]] = [[], [], []];
  const add = (owner: number, ring: Ring): void => {
    owners.push(owner >>> 0);
    lengths.push(ring.length);
    for (const [x, y] of ring) points.push(x, y);
  };
  for (const { position, geometry } of outlines) {
    if (geometry.type === "Point") add(position | RING.open, [geometry.coordinates]);
    if (geometry.type === "LineString") add(position | RING.open, geometry.coordinates);
    const ellipse = geometry.type === "Polygon" && geometry.isEllipse ? RING.ellipse : 0;
    for (const polygon of polygonsOf(geometry)) {
      for (const [at, ring] of polygon.entries()) add(position | ellipse | (at === 0 ? RING.outer : 0), ring);
    }
  }
  return { owners, lengths, points };
}

/** Reads a tile of either version. Throws a RangeError where the bytes are not one. */
export function decodeFindingTile(buffer: ArrayBuffer): FindingTile {
  if (buffer.byteLength < HEADER_BYTES) throw new RangeError("not a tile of findings: too short");
  const [magic, total = 0, count = 0, labelBytes = 0] = new Uint32Array(buffer, 0, 4);
  const version = magic === MAGIC_2 ? 2 : 1;
  const hasMore = version === 2 && buffer.byteLength >= HEADER_BYTES_2;
  const [side = 0, entries = 0, rings = 0, points = 0] = hasMore ? new Uint32Array(buffer, HEADER_BYTES, 4) : [];
  const sizes: Sizes = { version, count, labelBytes, entries, rings, points };
  if ((version === 1 && magic !== MAGIC) || buffer.byteLength !== byteLength(sizes)) {
    throw new RangeError("not a tile of findings");
  }
  const found = sections(buffer, sizes);
  const labels: unknown = JSON.parse(new TextDecoder().decode(found.labels));
  return {
    ...{ total, count, boxes: found.boxes, scores: found.scores, versions: found.versions, ids: found.ids },
    ...{ idWords: found.idWords, labelIndexes: found.labelIndexes, reviews: found.reviews, flags: found.flags },
    labels: Array.isArray(labels) ? labels.map(String) : [],
    density: side > 0 ? { side, counts: found.counts, cells: found.cells, labelIndexes: found.cellLabels } : null,
    outlines: readOutlines(found.ringOwners, found.ringLengths, found.points),
  };
}

function readOutlines(owners: Uint32Array, lengths: Uint32Array, points: Float32Array): Map<number, Geometry> {
  const outlines = new Map<number, Geometry>();
  let from = 0;
  for (const [at, owner] of owners.entries()) {
    const start = from;
    const length = lengths[at] ?? 0;
    from += length;
    const ring = Array.from({ length }, (_, point): Position => {
      const x = 2 * (start + point);
      return [points[x] ?? 0, points[x + 1] ?? 0];
    });
    const position = owner & RING.position;
    outlines.set(position, withRing(outlines.get(position), owner, ring));
  }
  return outlines;
}

/** A shape with one more of its rings. */
function withRing(shape: Geometry | undefined, owner: number, ring: Ring): Geometry {
  const [point] = ring;
  if ((owner & RING.open) !== 0) {
    return ring.length === 1 && point
      ? { type: "Point", coordinates: point }
      : { type: "LineString", coordinates: ring };
  }
  if (!shape) {
    const isEllipse = (owner & RING.ellipse) !== 0;
    return { type: "Polygon", coordinates: [ring], ...(isEllipse && { isEllipse }) };
  }
  const polygons = polygonsOf(shape);
  const [last = []] = polygons.slice(-1);
  const isHole = (owner & RING.outer) === 0;
  if (isHole && shape.type === "Polygon") return { ...shape, coordinates: [...last, ring] };
  return {
    type: "MultiPolygon",
    coordinates: isHole ? [...polygons.slice(0, -1), [...last, ring]] : [...polygons, [ring]],
  };
}

/** The id of finding `index` of a tile. */
export function tileFindingId(tile: Pick<FindingTile, "ids">, index: number): string {
  let hex = "";
  for (let at = 16 * index; at < 16 * index + 16; at++) hex += (tile.ids[at] ?? 0).toString(16).padStart(2, "0");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function uuidBytes(uuid: string): Uint8Array {
  const hex = uuid.replaceAll("-", "");
  return Uint8Array.from({ length: 16 }, (_, index) => Number.parseInt(hex.slice(2 * index, 2 * index + 2), 16));
}
