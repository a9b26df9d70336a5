import type { FindingTile } from "#lib/core/api/finding-tile.ts";
import { type Finding, type Geometry, REVIEW_STATES } from "#lib/core/detection/finding.ts";
import { BLOCK_ROWS, COLUMN_NAMES, makeColumns, ROW_FLAGS, sourceFlag, UNREVIEWED } from "./finding-columns.ts";
import { createIdIndex } from "./id-index.ts";
import { rowsAlongCurve } from "./tile-rows.ts";

type Source = Finding["source"];

/** What the picture and the list need of a finding. Box in level-0 pixels; `score` null where a person drew it. */
export type FindingRow = Pick<Finding, "id" | "box" | "label" | "score" | "review" | "version" | "provisional">;

/**
 * A row as it comes in: with its shape beyond the box, null where it has none, or without word of it; `shaped` where only that there is
 * one is known; and where it is from.
 */
export type IncomingRow = FindingRow & {
  readonly geometry?: Geometry | null | undefined;
  readonly shaped?: boolean | undefined;
  readonly source?: Source | undefined;
};

/** Shapes that are kept here at a time; those that were met longest ago are forgotten, and read again where they are looked at. */
const MOST_SHAPES = 20_000;

/**
 * Findings in columns, so that a million are drawn, filtered and sorted without an object each. A row keeps its position as long as
 * `epoch` stays; a row that has gone is dead, and comes to life again under the same position. `revision` rises with every change.
 */
export type FindingTable = ReturnType<typeof createFindingTable>;

/** Makes an empty table. */
export function createFindingTable() {
  let columns = makeColumns(256);
  const index = createIdIndex();
  let extent = 0;
  let live = 0;
  let shaped = 0;
  let largestShaped = 0;
  let revision = 0;
  let epoch = 0;
  let serial = 1;
  const labelNames: string[] = [];
  const labelCodes = new Map<string, number>();
  /** Shapes beyond the box, by id, those met last at the end. */
  let shapes = new Map<string, Geometry>();

  function reserve(rows: number): void {
    if (rows <= columns.scores.length) return;
    const wider = makeColumns(Math.max(rows, columns.scores.length * 2));
    for (const name of COLUMN_NAMES) wider[name].set(columns[name]);
    columns = wider;
    index.reserve(columns.scores.length);
  }

  function labelCode(label: string): number {
    const known = labelCodes.get(label);
    if (known !== undefined) return known;
    labelNames.push(label);
    labelCodes.set(label, labelNames.length - 1);
    return labelNames.length - 1;
  }

  function setFlags(at: number, flags: number): void {
    const before = columns.flags[at] ?? ROW_FLAGS.dead;
    const counts = (value: number, flag: number): number =>
      (value & ROW_FLAGS.dead) === 0 && (flag === 0 || (value & flag) !== 0) ? 1 : 0;
    live += counts(flags, 0) - counts(before, 0);
    shaped += counts(flags, ROW_FLAGS.shaped) - counts(before, ROW_FLAGS.shaped);
    columns.flags[at] = flags;
    if ((flags & ROW_FLAGS.shaped) === 0) return;
    const { boxes } = columns;
    largestShaped = Math.max(largestShaped, boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0);
  }

  /** A shape stays while nothing is said of it and its box is the same; drawn anew, the box is the shape. */
  function keepsShape(at: number, row: IncomingRow): boolean {
    const { geometry } = row;
    if (geometry) {
      learnShape(row.id, geometry);
      return true;
    }
    const isSame = row.box.every((side, part) => side === columns.boxes[at * 4 + part]);
    if (geometry === null || !isSame) shapes.delete(row.id);
    if (row.shaped !== undefined) return row.shaped;
    return geometry !== null && isSame && ((columns.flags[at] ?? 0) & ROW_FLAGS.shaped) !== 0;
  }

  function learnShape(id: string, geometry: Geometry): void {
    shapes.delete(id);
    shapes.set(id, geometry);
    if (shapes.size <= MOST_SHAPES) return;
    for (const oldest of shapes.keys()) {
      shapes.delete(oldest);
      if (shapes.size <= MOST_SHAPES * 0.9) return;
    }
  }

  function place(at: number, x: number, y: number, width: number, height: number): void {
    const { boxes, bounds } = columns;
    boxes[at * 4] = x;
    boxes[at * 4 + 1] = y;
    boxes[at * 4 + 2] = width;
    boxes[at * 4 + 3] = height;
    const block = Math.floor(at / BLOCK_ROWS) * 4;
    if (x < (bounds[block] ?? 0)) bounds[block] = x;
    if (y < (bounds[block + 1] ?? 0)) bounds[block + 1] = y;
    if (x + width > (bounds[block + 2] ?? 0)) bounds[block + 2] = x + width;
    if (y + height > (bounds[block + 3] ?? 0)) bounds[block + 3] = y + height;
  }

  function write(at: number, row: IncomingRow): void {
    const isShaped = keepsShape(at, row);
    const held = (columns.flags[at] ?? 0) & (ROW_FLAGS.person | ROW_FLAGS.import);
    const source = row.source === undefined ? held : sourceFlag(row.source);
    place(at, ...row.box);
    columns.scores[at] = row.score ?? Number.NaN;
    columns.labels[at] = labelCode(row.label);
    columns.reviews[at] = REVIEW_STATES.indexOf(row.review);
    columns.versions[at] = row.version;
    columns.stamps[at] = serial;
    setFlags(at, (row.provisional ? ROW_FLAGS.provisional : 0) | (isShaped ? ROW_FLAGS.shaped : 0) | source);
  }

  function positionFor(id: string): number {
    const held = index.find(id);
    if (held !== -1) return held;
    reserve(extent + 1);
    extent += 1;
    return index.add(id);
  }

  const isLive = (at: number): boolean => ((columns.flags[at] ?? ROW_FLAGS.dead) & ROW_FLAGS.dead) === 0;

  function bury(id: string): void {
    const flags = ROW_FLAGS.dead | ROW_FLAGS.gone;
    // Also what is not here: it may be in a snapshot that is on its way.
    const at = positionFor(id);
    shapes.delete(id);
    setFlags(at, (columns.flags[at] ?? 0) | flags);
  }

  return {
    /** How many rows there are; and up to which position, dead ones included. */
    get size() {
      return live;
    },
    get extent() {
      return extent;
    },
    get revision() {
      return revision;
    },
    get epoch() {
      return epoch;
    },
    get columns() {
      return { ...columns, labelNames };
    },
    isLive,
    idAt: index.idAt,
    idWordAt: index.wordAt,
    reserve,

    /**
     * Adds rows or brings them up to date. A row older than what is held is left out, and of a `snapshot`, which may have been read
     * before the latest events, also what was removed meanwhile.
     */
    put(rows: Iterable<IncomingRow>, origin: "snapshot" | "event"): void {
      for (const row of rows) {
        const at = positionFor(row.id);
        const flags = columns.flags[at] ?? 0;
        if (origin === "snapshot" && (flags & ROW_FLAGS.gone) !== 0) continue;
        if (!isLive(at) || row.version >= (columns.versions[at] ?? 0)) write(at, row);
        else columns.stamps[at] = serial;
      }
      revision += 1;
    },

    /** Takes in a tile that was read from the server, but for what `isPending`. Rows near each other get positions near each other. */
    putTile(tile: FindingTile, isPending: ((id: string) => boolean) | null): void {
      reserve(extent + tile.count);
      const codes = tile.labels.map(labelCode);
      const idWords = tile.idWords;
      for (const row of rowsAlongCurve(tile)) {
        let at = index.findWords(idWords, row * 4);
        if (at === -1) {
          at = index.addWords(idWords, row * 4);
          extent += 1;
        } else {
          const stale = isLive(at) && (tile.versions[row] ?? 0) < (columns.versions[at] ?? 0);
          columns.stamps[at] = serial;
          if (stale || ((columns.flags[at] ?? 0) & ROW_FLAGS.gone) !== 0 || isPending?.(index.idAt(at))) continue;
        }
        const { boxes } = tile;
        const box = row * 4;
        place(at, boxes[box] ?? 0, boxes[box + 1] ?? 0, boxes[box + 2] ?? 0, boxes[box + 3] ?? 0);
        columns.scores[at] = tile.scores[row] ?? Number.NaN;
        columns.labels[at] = codes[tile.labelIndexes[row] ?? 0] ?? 0;
        columns.reviews[at] = tile.reviews[row] ?? UNREVIEWED;
        columns.versions[at] = tile.versions[row] ?? 1;
        columns.stamps[at] = serial;
        setFlags(at, tile.flags[row] ?? 0);
      }
      revision += 1;
    },

    /** Takes in the shape of a finding whose box is here. */
    learnShape(id: string, geometry: Geometry): void {
      if (index.find(id) === -1) return;
      learnShape(id, geometry);
      revision += 1;
    },

    /** Overwrites one row whatever its version: a person's own change, shown before the server has answered, or taken back. */
    overwrite(row: IncomingRow): void {
      write(positionFor(row.id), row);
      revision += 1;
    },

    /** Removes rows, and remembers that they went, so that a snapshot read earlier does not bring them back. */
    remove(removed: Iterable<string>): void {
      for (const id of removed) bury(id);
      revision += 1;
    },

    /** Begins a reading: what comes in from now on is told from what came before by `retireBefore`. Returns its number. */
    beginReading(): number {
      serial += 1;
      return serial;
    },

    /** Removes rows that no reading has met since the one of this number, without remembering it: they may come back. */
    retireBefore(reading: number, isPending: (id: string) => boolean): void {
      for (let at = 0; at < extent; at += 1) {
        if ((columns.stamps[at] ?? 0) >= reading || !isLive(at) || isPending(index.idAt(at))) continue;
        setFlags(at, (columns.flags[at] ?? 0) | ROW_FLAGS.dead);
      }
      revision += 1;
    },

    /** Forgets everything. */
    clear(): void {
      columns = makeColumns(256);
      index.clear();
      shapes = new Map();
      [extent, live, shaped, largestShaped] = [0, 0, 0, 0];
      revision += 1;
      epoch += 1;
    },

    /** How many rows have a shape beyond their box, and the longest side that one ever had; and the shape of one, where it is here. */
    get shapeCount() {
      return shaped;
    },
    get largestShaped() {
      return largestShaped;
    },
    shapeOf: (id: string): Geometry | null => shapes.get(id) ?? null,

    positionOf(id: string): number | undefined {
      const at = index.find(id);
      return at === -1 || !isLive(at) ? undefined : at;
    },

    row(at: number): FindingRow | null {
      if (at >= extent || !isLive(at)) return null;
      const { boxes, scores, labels, reviews, versions, flags } = columns;
      const score = scores[at] ?? Number.NaN;
      return {
        id: index.idAt(at),
        box: [boxes[at * 4] ?? 0, boxes[at * 4 + 1] ?? 0, boxes[at * 4 + 2] ?? 0, boxes[at * 4 + 3] ?? 0],
        label: labelNames[labels[at] ?? 0] ?? "",
        score: Number.isNaN(score) ? null : score,
        review: REVIEW_STATES[reviews[at] ?? 0] ?? "unreviewed",
        version: versions[at] ?? 1,
        provisional: ((flags[at] ?? 0) & ROW_FLAGS.provisional) !== 0,
      };
    },

    find(id: string): FindingRow | null {
      const at = index.find(id);
      return at === -1 ? null : this.row(at);
    },
  };
}
