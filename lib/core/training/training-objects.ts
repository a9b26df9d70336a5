import type { BoxNumbers } from "../geometry/shape.ts";

/** Objects of a training set in columns: a million take 40 MB. */
export type TrainingObjects = {
  count: number;
  /** Of each object x, y, width and height, in level-0 pixels of its page. */
  boxes: Float64Array;
  pages: Uint32Array;
  /** Positions in `labels`. */
  classes: Uint32Array;
  /** In order. */
  labels: string[];
};

/** Room for so many objects of these labels, which are in order; none is in it yet. */
export function roomForObjects(labels: string[], room: number): TrainingObjects {
  return {
    count: 0,
    boxes: new Float64Array(4 * room),
    pages: new Uint32Array(room),
    classes: new Uint32Array(room),
    labels,
  };
}

/** Puts an object after those that are there already; `label` is the position of its label. */
export function addObject(objects: TrainingObjects, page: number, label: number, ...box: BoxNumbers): void {
  const at = objects.count;
  objects.boxes.set(box, 4 * at);
  objects.pages[at] = page;
  objects.classes[at] = label;
  objects.count += 1;
}

/** The box of the object at a position. */
export function boxAt({ boxes }: TrainingObjects, at: number): BoxNumbers {
  const [x = 0, y = 0, width = 0, height = 0] = boxes.subarray(4 * at, 4 * at + 4);
  return [x, y, width, height];
}
