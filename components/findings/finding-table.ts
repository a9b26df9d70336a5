import type { Finding, Geometry, ReviewState } from "#lib/core/detection/finding.ts";

/** What the picture and the list need of a finding. Box in level-0 pixels; `score` null where a person drew it. */
export type FindingRow = Pick<Finding, "id" | "box" | "label" | "score" | "review" | "version" | "provisional">;

/** A row as it comes in: with its shape beyond the box, null where it has none, or without word of it. */
export type IncomingRow = FindingRow & { readonly geometry?: Geometry | null };

const REVIEW_CODES: readonly ReviewState[] = ["unreviewed", "accepted", "rejected"];
export const UNREVIEWED = 0;
export const ACCEPTED = 1;
export const REJECTED = 2;

/**
 * Findings in columns, so that a hundred thousand are drawn, filtered and sorted without an object each. Rows are addressed by
 * position; a removal moves the last row into the gap. `revision` rises with every change.
 */
export type FindingTable = ReturnType<typeof createFindingTable>;

/** Makes an empty table. */
export function createFindingTable() {
  let capacity = 256;
  let boxes = new Float64Array(capacity * 4);
  let scores = new Float32Array(capacity);
  let labels = new Uint16Array(capacity);
  let reviews = new Uint8Array(capacity);
  let provisional = new Uint8Array(capacity);
  let versions = new Uint32Array(capacity);
  let ids: string[] = [];
  let positions = new Map<string, number>();
  const labelNames: string[] = [];
  const labelCodes = new Map<string, number>();
  /** Shapes with area, by id: few tables have any. */
  let shapes = new Map<string, Geometry>();
  let gone = new Set<string>();
  let revision = 0;

  function grow(): void {
    capacity *= 2;
    const wider = <T extends Float64Array | Float32Array | Uint16Array | Uint8Array | Uint32Array>(
      from: T,
      to: T,
    ): T => {
      to.set(from);
      return to;
    };
    boxes = wider(boxes, new Float64Array(capacity * 4));
    scores = wider(scores, new Float32Array(capacity));
    labels = wider(labels, new Uint16Array(capacity));
    reviews = wider(reviews, new Uint8Array(capacity));
    provisional = wider(provisional, new Uint8Array(capacity));
    versions = wider(versions, new Uint32Array(capacity));
  }

  function labelCode(label: string): number {
    const known = labelCodes.get(label);
    if (known !== undefined) return known;
    labelNames.push(label);
    labelCodes.set(label, labelNames.length - 1);
    return labelNames.length - 1;
  }

  /** A shape stays while nothing is said of it and its box is the same; drawn anew, the box is the shape. */
  function writeShape(at: number, row: IncomingRow): void {
    const { geometry } = row;
    const isSame = row.box.every((side, index) => side === boxes[at * 4 + index]);
    if (geometry && (geometry.type === "Polygon" || geometry.type === "MultiPolygon")) shapes.set(row.id, geometry);
    else if (geometry === null || !isSame) shapes.delete(row.id);
  }

  function write(at: number, row: IncomingRow): void {
    writeShape(at, row);
    boxes.set(row.box, at * 4);
    scores[at] = row.score ?? Number.NaN;
    labels[at] = labelCode(row.label);
    reviews[at] = REVIEW_CODES.indexOf(row.review);
    provisional[at] = row.provisional ? 1 : 0;
    versions[at] = row.version;
  }

  return {
    get size() {
      return ids.length;
    },
    get revision() {
      return revision;
    },
    get columns() {
      return { boxes, scores, labels, reviews, provisional, versions, ids, labelNames };
    },

    /**
     * Adds rows or brings them up to date. A row older than what is held is left out, and of a `snapshot`, which may have been read
     * before the latest events, also what was removed meanwhile.
     */
    put(rows: Iterable<IncomingRow>, origin: "snapshot" | "event"): void {
      for (const row of rows) {
        if (origin === "event") gone.delete(row.id);
        else if (gone.has(row.id)) continue;
        const held = positions.get(row.id);
        if (held === undefined) {
          if (ids.length === capacity) grow();
          positions.set(row.id, ids.length);
          ids.push(row.id);
          write(ids.length - 1, row);
        } else if (row.version >= (versions[held] ?? 0)) {
          write(held, row);
        }
      }
      revision += 1;
    },

    /** Overwrites one row whatever its version: a person's own change, shown before the server has answered, or taken back. */
    overwrite(row: IncomingRow): void {
      const held = positions.get(row.id);
      if (held === undefined) this.put([row], "event");
      else write(held, row);
      revision += 1;
    },

    /** Removes rows, and remembers that they went, so that a snapshot read earlier does not bring them back. */
    remove(removed: Iterable<string>): void {
      for (const id of removed) {
        gone.add(id);
        shapes.delete(id);
        const at = positions.get(id);
        if (at === undefined) continue;
        const last = ids.length - 1;
        const lastId = ids[last];
        if (at !== last && lastId !== undefined) {
          boxes.copyWithin(at * 4, last * 4, last * 4 + 4);
          for (const column of [scores, labels, reviews, provisional, versions]) column.copyWithin(at, last, last + 1);
          ids[at] = lastId;
          positions.set(lastId, at);
        }
        ids.pop();
        positions.delete(id);
      }
      revision += 1;
    },

    /** Forgets everything. */
    clear(): void {
      ids = [];
      positions = new Map();
      shapes = new Map();
      gone = new Set();
      revision += 1;
    },

    /** Removes rows without remembering it: they may come back. */
    retire(stale: readonly string[]): void {
      this.remove(stale);
      for (const id of stale) gone.delete(id);
    },

    /** How many rows have a shape beyond their box, and the shape of one. */
    get shapeCount() {
      return shapes.size;
    },
    shapeOf: (id: string): Geometry | null => shapes.get(id) ?? null,

    positionOf: (id: string): number | undefined => positions.get(id),

    row(at: number): FindingRow | null {
      const id = ids[at];
      if (id === undefined) return null;
      const score = scores[at] ?? Number.NaN;
      return {
        id,
        box: [boxes[at * 4] ?? 0, boxes[at * 4 + 1] ?? 0, boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0],
        label: labelNames[labels[at] ?? 0] ?? "",
        score: Number.isNaN(score) ? null : score,
        review: REVIEW_CODES[reviews[at] ?? 0] ?? "unreviewed",
        version: versions[at] ?? 1,
        provisional: provisional[at] === 1,
      };
    },

    find(id: string): FindingRow | null {
      const at = positions.get(id);
      return at === undefined ? null : this.row(at);
    },
  };
}
