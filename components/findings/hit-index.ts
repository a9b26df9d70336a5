import Flatbush from "flatbush";
import type { FindingTable } from "./finding-table.ts";

/** Finds rows of a table by place. Built anew only when it is asked after a change. Coordinates are level-0 pixels. */
export function createHitIndex(table: FindingTable) {
  let index: Flatbush | null = null;
  let revision = -1;

  function current(): Flatbush | null {
    if (revision === table.revision) return index;
    revision = table.revision;
    index = table.size === 0 ? null : new Flatbush(table.size);
    const { boxes } = table.columns;
    for (let at = 0; index && at < table.size; at += 1) {
      const x = boxes[at * 4] ?? 0;
      const y = boxes[at * 4 + 1] ?? 0;
      index.add(x, y, x + (boxes[at * 4 + 2] ?? 0), y + (boxes[at * 4 + 3] ?? 0));
    }
    index?.finish();
    return index;
  }

  return {
    /** Rows that touch a rectangle and pass `test`, at most `limit`. */
    within(
      x: number,
      y: number,
      width: number,
      height: number,
      test: (at: number) => boolean,
      limit: number,
    ): number[] {
      const found: number[] = [];
      current()?.search(x, y, x + width, y + height, (at) => {
        if (found.length < limit && test(at)) found.push(at);
        return false;
      });
      return found;
    },

    /** The smallest row under a point, give or take `slack` pixels, so that what lies inside another can be reached. */
    at(x: number, y: number, slack: number, test: (at: number) => boolean): number | null {
      const { boxes } = table.columns;
      let best: number | null = null;
      let bestArea = Number.POSITIVE_INFINITY;
      current()?.search(x - slack, y - slack, x + slack, y + slack, (at) => {
        const area = (boxes[at * 4 + 2] ?? 0) * (boxes[at * 4 + 3] ?? 0);
        if (area < bestArea && test(at)) {
          best = at;
          bestArea = area;
        }
        return false;
      });
      return best;
    },
  };
}
