import { type ComparedPlaces, MOST_OTHERS, otherSideSchema } from "#lib/core/api/compared-places.ts";

/** What the run that is shown is compared with; nothing where there are no others. */
export type Compared = { others: readonly string[]; iou: number };

/** A comparison as it is shown. */
export type ComparisonState = Compared & {
  /** The panel is open, though perhaps nothing is chosen yet. */
  open: boolean;
  found: ComparedPlaces | null;
  pending: boolean;
  error: string | null;
  /** Parts that are not drawn or listed, by `keyOf`. */
  hidden: ReadonlySet<string>;
  /** The place that was chosen from the list, by its position among those found. */
  at: number | null;
};

const FIRST_IOU = 0.5;
export const NOTHING_COMPARED: Compared = { others: [], iou: FIRST_IOU };

/** A comparison before anything is read. */
export function comparisonState(compared: Compared): ComparisonState {
  const open = compared.others.length > 0;
  return { ...compared, open, found: null, pending: open, error: null, hidden: new Set(), at: null };
}

/** Where the place that was chosen stands among those found anew: the one of the same findings; null where it is gone. */
export function stillAt({ at, found }: ComparisonState, anew: ComparedPlaces): number | null {
  const chosen = at === null ? undefined : found?.places[at]?.findings.join();
  if (chosen === undefined) return null;
  const same = anew.places.findIndex(({ findings }) => findings.join() === chosen);
  return same < 0 ? null : same;
}

/** Names a part of a comparison: who shares it, and whether under different names. */
export const keyOf = ({ in: sides, renamed }: { in: readonly number[]; renamed: boolean }): string =>
  `${sides.join()}${renamed ? "*" : ""}`;

/** A, B, C, D: what the sides are called in the picture. */
export const letterOf = (side: number): string => String.fromCharCode(65 + side);

/** A part of a comparison in words. `sides`: how many are compared. */
export function wordsOf({ in: own, renamed }: { in: readonly number[]; renamed: boolean }, sides: number): string {
  const letters = own.map(letterOf);
  const who =
    own.length === sides
      ? sides === 2
        ? "Both"
        : "All"
      : own.length === 1
        ? `Only ${letters[0]}`
        : `${letters.slice(0, -1).join(", ")} and ${letters.at(-1)}`;
  return renamed ? `${who}, other names` : who;
}

/** Reads from an address what is compared; what is not understood is left out. */
export function readCompared(parameters: URLSearchParams): Compared {
  const others = parameters.getAll("with").filter((other) => otherSideSchema.safeParse(other).success);
  const iou = Number(parameters.get("overlap") ?? FIRST_IOU);
  return { others: [...new Set(others)].slice(0, MOST_OTHERS), iou: iou > 0 && iou <= 1 ? iou : FIRST_IOU };
}

/** Writes into an address what is compared. */
export function writeCompared(parameters: URLSearchParams, { others, iou }: Compared): void {
  for (const other of others) parameters.append("with", other);
  if (others.length > 0 && iou !== FIRST_IOU) parameters.set("overlap", String(iou));
}
