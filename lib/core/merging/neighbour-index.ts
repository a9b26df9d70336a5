import { CellTable } from "./cell-table.ts";
import type { RankedBoxes } from "./ranked-boxes.ts";

/** Boxes whose longer side lies in (cellSide / 2, cellSide], of one label. `slots`: those of its cells that hold something. */
type Layer = { number: number; label: number; cellSide: number; slots: number[] };

/**
 * Finds the boxes near a box among those not yet removed. Boxes are laid out by label and size class (powers of two), each class
 * on a grid of cells of its own size, hashed by cell, so that neither crowds, outliers nor very large boxes among small ones make
 * a query look at everything. Removing is O(1); memory is O(n).
 */
export class NeighbourIndex {
  readonly #boxes: RankedBoxes;
  readonly #layers: readonly Layer[];
  readonly #layersOfLabel: Layer[][];
  readonly #cells: CellTable;
  /** Slot of each rank's cell, ranks cell by cell, and each rank's place among those. */
  readonly #slotOf: Uint32Array;
  readonly #items: Uint32Array;
  readonly #place: Uint32Array;

  constructor(boxes: RankedBoxes) {
    const { layers, layerOf } = layersOf(boxes);
    this.#boxes = boxes;
    this.#layers = layers;
    this.#layersOfLabel = Array.from({ length: boxes.labelCount }, () => []);
    for (const layer of layers) this.#layersOfLabel[layer.label]?.push(layer);
    this.#cells = new CellTable(boxes.count);
    this.#slotOf = new Uint32Array(boxes.count);
    this.#items = new Uint32Array(boxes.count);
    this.#place = new Uint32Array(boxes.count);
    for (let rank = 0; rank < boxes.count; rank++) {
      const layer = layers[at(layerOf, rank)];
      if (!layer) continue;
      const column = Math.floor(at(boxes.x1, rank) / layer.cellSide);
      const row = Math.floor(at(boxes.y1, rank) / layer.cellSide);
      const { slot, isNew } = this.#cells.count(layer.number, column, row);
      this.#slotOf[rank] = slot;
      if (!isNew) continue;
      this.#cells.setPosition(slot, layer.slots.length);
      layer.slots.push(slot);
    }
    this.#fill();
  }

  #fill(): void {
    let start = 0;
    for (const slot of this.#layers.flatMap((layer) => layer.slots)) {
      this.#cells.setStart(slot, start);
      start += this.#cells.size(slot);
      this.#cells.setSize(slot, 0);
    }
    for (let rank = 0; rank < this.#boxes.count; rank++) {
      const slot = at(this.#slotOf, rank);
      const size = this.#cells.size(slot);
      const place = this.#cells.start(slot) + size;
      this.#cells.setSize(slot, size + 1);
      this.#items[place] = rank;
      this.#place[rank] = place;
    }
  }

  /** Takes a box out. Taking one out twice is a mistake of the caller. */
  remove(rank: number): void {
    const slot = at(this.#slotOf, rank);
    const size = this.#cells.size(slot) - 1;
    this.#cells.setSize(slot, size);
    const place = at(this.#place, rank);
    const last = at(this.#items, this.#cells.start(slot) + size);
    this.#items[place] = last;
    this.#place[last] = place;
    if (size === 0) this.#forget(slot);
  }

  /** Takes an emptied cell off its layer's list, so that large boxes do not look at it any more. */
  #forget(slot: number): void {
    const slots = this.#layers[this.#cells.layer(slot)]?.slots;
    const last = slots?.pop();
    if (!slots || last === undefined || last === slot) return;
    const position = this.#cells.position(slot);
    slots[position] = last;
    this.#cells.setPosition(last, position);
  }

  /**
   * Writes the ranks of boxes of the same label that may touch or overlap the box of `rank` into `found`, in no order; others may
   * be among them. Classes of size whose longer side differs by more than the factor `sideRatio` (0…1) are left out; 0 leaves out none.
   */
  candidates(rank: number, sideRatio: number, found: number[]): void {
    found.length = 0;
    const { x1, y1, x2, y2, label } = this.#boxes;
    const side = longerSide(this.#boxes, rank);
    for (const { number, cellSide, slots } of this.#layersOfLabel[at(label, rank)] ?? []) {
      if (cellSide < side * sideRatio || (cellSide / 2) * sideRatio > side) continue;
      // A box stands in the cell of its top-left corner and is at most a cell long: it may reach in from one cell before.
      const left = Math.floor(at(x1, rank) / cellSide) - 1;
      const top = Math.floor(at(y1, rank) / cellSide) - 1;
      const right = Math.floor(at(x2, rank) / cellSide);
      const bottom = Math.floor(at(y2, rank) / cellSide);
      if ((right - left + 1) * (bottom - top + 1) > slots.length) {
        for (const slot of slots) this.#collect(slot, found);
        continue;
      }
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) this.#collect(this.#cells.find(number, column, row), found);
      }
    }
  }

  #collect(slot: number, found: number[]): void {
    const start = this.#cells.start(slot);
    const end = start + this.#cells.size(slot);
    for (let place = start; place < end; place++) found.push(at(this.#items, place));
  }
}

/** Smaller sides share one class: a cell of a millionth of a pixel would only lose precision. */
const SMALLEST_SIDE = 2 ** -20;

function longerSide({ x1, y1, x2, y2 }: RankedBoxes, rank: number): number {
  return Math.max(at(x2, rank) - at(x1, rank), at(y2, rank) - at(y1, rank), SMALLEST_SIDE);
}

function layersOf(boxes: RankedBoxes): { layers: Layer[]; layerOf: Uint32Array } {
  const layers: Layer[] = [];
  const numbers = new Map<string, number>();
  const layerOf = new Uint32Array(boxes.count);
  for (let rank = 0; rank < boxes.count; rank++) {
    const side = longerSide(boxes, rank);
    let cellSide = 2 ** Math.ceil(Math.log2(side));
    if (cellSide < side) cellSide *= 2;
    const label = at(boxes.label, rank);
    const key = `${label}:${cellSide}`;
    const known = numbers.get(key);
    layerOf[rank] = known ?? layers.length;
    if (known !== undefined) continue;
    numbers.set(key, layers.length);
    layers.push({ number: layers.length, label, cellSide, slots: [] });
  }
  return { layers, layerOf };
}

/** An element of a typed array whose index is known to be inside. */
function at(array: Float64Array | Uint32Array, index: number): number {
  return array[index] ?? 0;
}
