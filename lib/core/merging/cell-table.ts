/** Columns of a slot: which cell it is, where its items begin, how many it has, its place in a list of its caller's. 32 bytes, so that a look-up is one cache line. */
const LAYER = 0;
const COLUMN = 1;
const ROW = 2;
const START = 3;
const SIZE = 4;
const POSITION = 5;
const STRIDE = 8;

/**
 * Grid cells that hold something, hashed by layer, column and row, each with a stretch of an item list. Four neighbouring columns
 * share a block of slots, as queries ask for neighbours. Columns and rows count modulo 2³²: cells that far apart may share a slot,
 * so whoever asks must check what it is given.
 */
export class CellTable {
  readonly #slots: Int32Array;
  readonly #mask: number;

  constructor(mostCells: number) {
    const count = 2 ** Math.ceil(Math.log2(Math.max(8, mostCells * 2)));
    this.#mask = count - 1;
    this.#slots = new Int32Array(count * STRIDE);
    // An empty slot has no layer.
    for (let slot = 0; slot < count; slot++) this.#slots[slot * STRIDE + LAYER] = -1;
  }

  /** Counts one item more for a cell and gives the cell's slot; `isNew` where it had none before. */
  count(layer: number, column: number, row: number): { slot: number; isNew: boolean } {
    const slot = this.#slotOf(layer, column | 0, row | 0);
    const base = slot * STRIDE;
    const isNew = this.#slots[base + LAYER] === -1;
    if (isNew) {
      this.#slots[base + LAYER] = layer;
      this.#slots[base + COLUMN] = column;
      this.#slots[base + ROW] = row;
    }
    this.#slots[base + SIZE] = this.size(slot) + 1;
    return { slot, isNew };
  }

  /** The slot of a cell; one of size 0 where the cell holds nothing. */
  find(layer: number, column: number, row: number): number {
    return this.#slotOf(layer, column | 0, row | 0);
  }

  start(slot: number): number {
    return this.#slots[slot * STRIDE + START] ?? 0;
  }

  size(slot: number): number {
    return this.#slots[slot * STRIDE + SIZE] ?? 0;
  }

  layer(slot: number): number {
    return this.#slots[slot * STRIDE + LAYER] ?? 0;
  }

  position(slot: number): number {
    return this.#slots[slot * STRIDE + POSITION] ?? 0;
  }

  setPosition(slot: number, position: number): void {
    this.#slots[slot * STRIDE + POSITION] = position;
  }

  setStart(slot: number, start: number): void {
    this.#slots[slot * STRIDE + START] = start;
  }

  setSize(slot: number, size: number): void {
    this.#slots[slot * STRIDE + SIZE] = size;
  }

  #slotOf(layer: number, column: number, row: number): number {
    let hash = Math.imul(column >> 2, 0x9e3779b1) ^ Math.imul(row, 0x85ebca77) ^ Math.imul(layer, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (((hash ^ (hash >>> 13)) << 2) | (column & 3)) & this.#mask;
    for (;;) {
      const base = slot * STRIDE;
      const held = this.#slots[base + LAYER];
      if (held === -1) return slot;
      if (this.#slots[base + COLUMN] === column && this.#slots[base + ROW] === row && held === layer) return slot;
      slot = (slot + 1) & this.#mask;
    }
  }
}
