import { compare } from "./compare.ts";
import type { Compared } from "./evaluate.ts";

/** One thing, as several sets show it: in each set the position of its finding, or null where the set has none there. */
export type SharedPlace = {
  members: (number | null)[];
  /** The sets that have it don't agree on its name. */
  renamed: boolean;
};

/**
 * Finds what several sets share. The first set's findings are the places to begin with; each next set is paired with the places so far,
 * as two sets are compared, and what it has besides makes new ones. A place keeps the box of the set that had it first, so that with three sets
 * or more the order can matter where boxes differ much.
 */
export function compareMany(sets: readonly (readonly Compared[])[], leastIou: number): SharedPlace[] {
  const places: (SharedPlace & { shown: Compared })[] = [];
  for (const [side, set] of sets.entries()) {
    const nobody = (): (number | null)[] => sets.map(() => null);
    const found = compare(
      places.map(({ shown }) => shown),
      set,
      leastIou,
    );
    for (const renamed of [false, true]) {
      for (const pair of renamed ? found.renamed : found.matched) {
        const place = places[pair.here];
        if (!place) continue;
        place.members[side] = pair.there;
        place.renamed ||= renamed;
      }
    }
    for (const index of found.onlyThere) {
      const shown = set[index];
      if (!shown) continue;
      const members = nobody();
      members[side] = index;
      places.push({ members, renamed: false, shown });
    }
  }
  return places.map(({ members, renamed }) => ({ members, renamed }));
}
