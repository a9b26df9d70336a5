import type { ComparedPlace, ComparedPlaces, ComparedPlacesQuery } from "../api/compared-places.ts";
import { compareMany, type SharedPlace } from "./compare-many.ts";
import type { Compared } from "./evaluate.ts";

type Member = Compared & { id: string };

/** Compares several sets and tells what they share by who has it, how far each two agree, and the places that the query asks for. */
export function comparedPlacesOf(
  sets: readonly (readonly Member[])[],
  query: Pick<ComparedPlacesQuery, "iou" | "page" | "bbox" | "limit">,
): Pick<ComparedPlaces, "regions" | "pairs" | "places" | "total"> {
  const all = compareMany(sets, query.iou).map((place) => present(place, sets));
  const fitting = all.filter(fits(query)).sort(byInterest);
  return {
    regions: regionsOf(all),
    pairs: pairsOf(all, sets),
    places: fitting.slice(0, query.limit).map(({ page: _page, ...place }) => place),
    total: fitting.length,
  };
}

type Place = ComparedPlace & { page: number };

function present({ members, renamed }: SharedPlace, sets: readonly (readonly Member[])[]): Place {
  const found = members.flatMap((position, side) => {
    const member = position === null ? undefined : sets[side]?.[position];
    return member ? [{ side, member }] : [];
  });
  const scores = found.flatMap(({ member }) => member.score ?? []);
  const [first] = found;
  return {
    in: found.map(({ side }) => side),
    renamed,
    page: first?.member.page ?? 0,
    box: [...(first?.member.box ?? [0, 0, 0, 0])],
    labels: found.map(({ member }) => member.label),
    score: scores.length > 0 ? Math.max(...scores) : null,
    findings: found.map(({ member }) => member.id),
  };
}

function fits({ page, bbox }: Pick<ComparedPlacesQuery, "page" | "bbox">): (place: Place) => boolean {
  if (bbox === undefined) return (place) => place.page === page;
  const [left = 0, top = 0, wide = 0, high = 0] = bbox.split(",").map(Number);
  return ({ page: own, box: [x, y, width, height] }) =>
    own === page && x <= left + wide && x + width >= left && y <= top + high && y + height >= top;
}

const byInterest = (a: Place, b: Place): number =>
  a.in.length - b.in.length || Number(b.renamed) - Number(a.renamed) || (b.score ?? 1) - (a.score ?? 1);

function regionsOf(places: readonly Place[]): ComparedPlaces["regions"] {
  const regions = new Map<string, ComparedPlaces["regions"][number]>();
  for (const { in: sides, renamed } of places) {
    const key = `${sides.join()} ${renamed}`;
    const known = regions.get(key);
    if (known) known.count++;
    else regions.set(key, { in: sides, renamed, count: 1 });
  }
  return [...regions.values()].sort(
    (a, b) =>
      b.in.length - a.in.length || Number(a.renamed) - Number(b.renamed) || (a.in.join() < b.in.join() ? -1 : 1),
  );
}

function pairsOf(places: readonly Place[], sets: readonly (readonly Member[])[]): ComparedPlaces["pairs"] {
  const sides = [...sets.keys()];
  return sides.flatMap((a) =>
    sides.slice(a + 1).map((b) => {
      const matched = places.filter(({ in: own, labels }) => isShared(own, labels, a, b)).length;
      const both = (sets[a]?.length ?? 0) + (sets[b]?.length ?? 0);
      return { a, b, matched, agreement: both === 0 ? null : (2 * matched) / both };
    }),
  );
}

function isShared(sides: readonly number[], labels: readonly string[], a: number, b: number): boolean {
  const [inA, inB] = [sides.indexOf(a), sides.indexOf(b)];
  return inA >= 0 && inB >= 0 && labels[inA] === labels[inB];
}
