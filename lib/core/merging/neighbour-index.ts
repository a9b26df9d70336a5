import type { RankedBoxes } from "./ranked-boxes.ts";

/** Boxes whose longer side lies in (cellSide / 2, cellSide], of one label. Its buckets are `firstBucket` to `endBucket`. */
type Layer = { label: number; cellSide: number; firstBucket: number; endBucket: number };

/**
 * Finds the boxes near a box among those not yet removed. Boxes are laid out by label and size class (powers of two), each class
 * on a grid of cells of its own size, hashed by cell, so that neither crowds, outliers nor very large boxes among small ones make
 * a query look at everything. Removing is O(1); memory is O(n).
 */
export class NeighbourIndex {
  readonly #boxes: RankedBoxes;
  readonly #layersOfLabel: Layer[][];
  readonly #bucketOf: Uint32Array;
  readonly #bucketStart: Uint32Array;
  readonly #bucketSize: Uint32Array;
  readonly #items: Uint32Array;
  readonly #place: Uint32Array;
  readonly #cells: CellTable;

  constructor(boxes: RankedBoxes) {
    this.#boxes = boxes;
    const { layers, layerOf } = layersOf(boxes);
    this.#layersOfLabel = Array.from({ length: boxes.labelCount }, (_, label) =>
      layers.filter((layer) => layer.label === label),
    );
    this.#bucketOf = new Uint32Array(boxes.count);
    this.#cells = new CellTable(boxes.count);
    const members = membersOfLayers(layerOf, layers.length);
    for (const [number, layer] of layers.entries()) {
      layer.firstBucket = this.#cells.size;
      for (const rank of members(number)) {
        const column = Math.floor(at(boxes.x1, rank) / layer.cellSide);
        const row = Math.floor(at(boxes.y1, rank) / layer.cellSide);
        this.#bucketOf[rank] = this.#cells.add(layer.firstBucket, column, row);
      }
      layer.endBucket = this.#cells.size;
    }
    this.#bucketSize = new Uint32Array(this.#cells.size);
    this.#bucketStart = new Uint32Array(this.#cells.size);
    this.#items = new Uint32Array(boxes.count);
    this.#place = new Uint32Array(boxes.count);
    this.#fill();
  }

  #fill(): void {
    for (const bucket of this.#bucketOf) this.#bucketSize[bucket] = at(this.#bucketSize, bucket) + 1;
    let start = 0;
    for (let bucket = 0; bucket < this.#bucketStart.length; bucket++) {
      this.#bucketStart[bucket] = start;
      start += at(this.#bucketSize, bucket);
    }
    const next = this.#bucketStart.slice();
    for (let rank = 0; rank < this.#boxes.count; rank++) {
      const bucket = at(this.#bucketOf, rank);
      const place = at(next, bucket);
      next[bucket] = place + 1;
      this.#items[place] = rank;
      this.#place[rank] = place;
    }
  }

  /** Takes a box out. Taking one out twice is a mistake of the caller. */
  remove(rank: number): void {
    const bucket = at(this.#bucketOf, rank);
    const size = at(this.#bucketSize, bucket) - 1;
    this.#bucketSize[bucket] = size;
    const place = at(this.#place, rank);
    const last = at(this.#items, at(this.#bucketStart, bucket) + size);
    this.#items[place] = last;
    this.#place[last] = place;
  }

  /**
   * Writes the ranks of the boxes of the same label that may touch or overlap the box of `rank` into `found`, in no order.
   * Classes of size whose longer side differs by more than the factor `sideRatio` (0…1) are left out; 0 leaves out none.
   */
  candidates(rank: number, sideRatio: number, found: number[]): void {
    found.length = 0;
    const { x1, y1, x2, y2, label } = this.#boxes;
    const side = longerSide(this.#boxes, rank);
    for (const layer of this.#layersOfLabel[at(label, rank)] ?? []) {
      if (layer.cellSide < side * sideRatio || (layer.cellSide / 2) * sideRatio > side) continue;
      const left = Math.floor(at(x1, rank) / layer.cellSide) - 1;
      const top = Math.floor(at(y1, rank) / layer.cellSide) - 1;
      const right = Math.floor(at(x2, rank) / layer.cellSide);
      const bottom = Math.floor(at(y2, rank) / layer.cellSide);
      if ((right - left + 1) * (bottom - top + 1) > layer.endBucket - layer.firstBucket) {
        for (let bucket = layer.firstBucket; bucket < layer.endBucket; bucket++) {
          if (this.#cells.isWithin(bucket, left, top, right, bottom)) this.#collect(bucket, found);
        }
        continue;
      }
      for (let row = top; row <= bottom; row++) {
        for (let column = left; column <= right; column++) {
          const bucket = this.#cells.find(layer.firstBucket, column, row);
          if (bucket >= 0) this.#collect(bucket, found);
        }
      }
    }
  }

  #collect(bucket: number, found: number[]): void {
    const start = at(this.#bucketStart, bucket);
    const end = start + at(this.#bucketSize, bucket);
    for (let place = start; place < end; place++) found.push(at(this.#items, place));
  }
}

/** Cells that hold something, numbered as they come; open addressing over typed arrays. A cell belongs to a layer. */
class CellTable {
  readonly #mask: number;
  readonly #slots: Int32Array;
  readonly #layer: Uint32Array;
  readonly #column: Float64Array;
  readonly #row: Float64Array;
  size = 0;

  constructor(capacity: number) {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(4, capacity * 2)));
    this.#mask = slots - 1;
    this.#slots = new Int32Array(slots).fill(-1);
    this.#layer = new Uint32Array(capacity);
    this.#column = new Float64Array(capacity);
    this.#row = new Float64Array(capacity);
  }

  add(layer: number, column: number, row: number): number {
    const slot = this.#slotOf(layer, column, row);
    const held = at(this.#slots, slot);
    if (held >= 0) return held;
    const cell = this.size++;
    this.#slots[slot] = cell;
    this.#layer[cell] = layer;
    this.#column[cell] = column;
    this.#row[cell] = row;
    return cell;
  }

  /** The number of a cell, or -1 where it holds nothing. */
  find(layer: number, column: number, row: number): number {
    return at(this.#slots, this.#slotOf(layer, column, row));
  }

  isWithin(cell: number, left: number, top: number, right: number, bottom: number): boolean {
    const column = at(this.#column, cell);
    const row = at(this.#row, cell);
    return column >= left && column <= right && row >= top && row <= bottom;
  }

  #slotOf(layer: number, column: number, row: number): number {
    let hash = Math.imul(column, 0x9e3779b1) ^ Math.imul(row, 0x85ebca77) ^ Math.imul(layer, 0xc2b2ae3d);
    hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
    let slot = (hash ^ (hash >>> 13)) & this.#mask;
    for (;;) {
      const cell = at(this.#slots, slot);
      if (cell < 0) return slot;
      if (at(this.#column, cell) === column && at(this.#row, cell) === row && at(this.#layer, cell) === layer)
        return slot;
      slot = (slot + 1) & this.#mask;
    }
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
    layers.push({ label, cellSide, firstBucket: 0, endBucket: 0 });
  }
  return { layers, layerOf };
}

/** Groups ranks by layer with one counting pass; each layer's ranks ascend. */
function membersOfLayers(layerOf: Uint32Array, layerCount: number): (layer: number) => Uint32Array {
  const start = new Uint32Array(layerCount + 1);
  for (const layer of layerOf) start[layer + 1] = at(start, layer + 1) + 1;
  for (let layer = 0; layer < layerCount; layer++) start[layer + 1] = at(start, layer + 1) + at(start, layer);
  const next = start.slice();
  const ranks = new Uint32Array(layerOf.length);
  for (const [rank, layer] of layerOf.entries()) {
    const place = at(next, layer);
    next[layer] = place + 1;
    ranks[place] = rank;
  }
  return (layer) => ranks.subarray(at(start, layer), at(start, layer + 1));
}

/** An element of a typed array whose index is known to be inside. */
function at(array: Float64Array | Uint32Array | Int32Array, index: number): number {
  return array[index] ?? 0;
}
