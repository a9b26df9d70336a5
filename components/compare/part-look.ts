/** How the places of one part of a comparison are drawn: colour and dashes, so that colour is never the only sign. */
export type PartLook = { rgb: readonly [number, number, number]; dash: readonly number[]; width: number };

const EVERYBODY: PartLook = { rgb: [86, 180, 233], dash: [], width: 1.75 };
const SOME: PartLook = { rgb: [255, 255, 255], dash: [10, 3], width: 1.75 };
const RENAMED: PartLook = { rgb: [0, 158, 115], dash: [], width: 3 };
/** One for each side alone. Told apart under red–green blindness (Okabe & Ito, 2008), and by their dashes without any colour. */
const ALONE: readonly PartLook[] = [
  { rgb: [230, 159, 0], dash: [7, 4], width: 2.25 },
  { rgb: [204, 121, 167], dash: [2, 3], width: 2.5 },
  { rgb: [240, 228, 66], dash: [9, 3, 2, 3], width: 2.25 },
  { rgb: [213, 94, 0], dash: [4, 2], width: 2.25 },
];

/** The look of what just these sides share. */
export function lookOf({ in: own, renamed }: { in: readonly number[]; renamed: boolean }, sides: number): PartLook {
  if (renamed) return RENAMED;
  if (own.length === 1) return ALONE[own[0] ?? 0] ?? EVERYBODY;
  return own.length === sides ? EVERYBODY : SOME;
}

export const cssOf = ({ rgb }: PartLook): string => `rgb(${rgb.join(" ")})`;
