import type { FindingTable } from "./finding-table.ts";
import { eachInReach } from "./rows-in-view.ts";

/**
 * Finds rows of a table by place, in level-0 pixels. Looks through the blocks whose bounds are met: with a million rows that is a
 * fraction of a millisecond, and unlike a tree nothing has to be built anew when a row changes.
 */
export function createHitIndex(table: FindingTable) {
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
      eachInReach(table, { left: x, top: y, right: x + width, bottom: y + height }, (at) => {
        if (test(at)) found.push(at);
        return found.length < limit;
      });
      return found;
    },

    /** Rows under a point, give or take `slack` pixels, the smallest first, so that what lies inside another can be reached. */
    allAt(x: number, y: number, slack: number, test: (at: number) => boolean): number[] {
      const { boxes } = table.columns;
      const area = (at: number): number => (boxes[at * 4 + 2] ?? 0) * (boxes[at * 4 + 3] ?? 0);
      const found: number[] = [];
      eachInReach(table, { left: x - slack, top: y - slack, right: x + slack, bottom: y + slack }, (at) => {
        if (test(at)) found.push(at);
        return true;
      });
      return found.sort((a, b) => area(a) - area(b) || a - b);
    },

    /** The smallest of them. */
    at(x: number, y: number, slack: number, test: (at: number) => boolean): number | null {
      return this.allAt(x, y, slack, test)[0] ?? null;
    },
  };
}
