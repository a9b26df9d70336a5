import type { BoxNumbers } from "../geometry/shape.ts";

/** An object of a training set, in level-0 pixels of its page. */
export type TrainingObject = { page: number; box: BoxNumbers; label: string };

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

const FIRST_ROOM = 1024;

/** Takes objects in, one after the other, and gives them as columns in the order they came. */
export function gatherObjects(): { add(object: TrainingObject): void; done(): TrainingObjects } {
  const numbers = new Map<string, number>();
  let count = 0;
  let boxes = new Float64Array(4 * FIRST_ROOM);
  let pages = new Uint32Array(FIRST_ROOM);
  let classes = new Uint32Array(FIRST_ROOM);
  return {
    add({ page, box, label }) {
      if (count === pages.length) {
        boxes = roomier(boxes, new Float64Array(2 * boxes.length));
        pages = roomier(pages, new Uint32Array(2 * count));
        classes = roomier(classes, new Uint32Array(2 * count));
      }
      const number = numbers.get(label) ?? numbers.size;
      numbers.set(label, number);
      boxes.set(box, 4 * count);
      pages[count] = page;
      classes[count] = number;
      count += 1;
    },
    done() {
      const labels = [...numbers.keys()].sort();
      const places = new Map(labels.map((label, place) => [numbers.get(label), place]));
      for (let at = 0; at < count; at += 1) classes[at] = places.get(classes[at]) ?? 0;
      return { count, boxes, pages, classes, labels };
    },
  };
}

function roomier<T extends Float64Array | Uint32Array>(from: T, to: T): T {
  to.set(from);
  return to;
}

/** The box of the object at a position. */
export function boxAt({ boxes }: TrainingObjects, at: number): BoxNumbers {
  const [x = 0, y = 0, width = 0, height = 0] = boxes.subarray(4 * at, 4 * at + 4);
  return [x, y, width, height];
}
