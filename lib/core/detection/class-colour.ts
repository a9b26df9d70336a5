import { z } from "zod";

/** Red, green and blue, each 0…255. */
export type Rgb = readonly [red: number, green: number, blue: number];

/**
 * Colours that people with red–green or blue–yellow blindness tell apart, on pale tissue and on dark ground: Okabe & Ito (2008)
 * without black, then the strong hues of Paul Tol's "bright" and "muted" sets (2021).
 */
const PALETTE: readonly Rgb[] = [
  [230, 159, 0],
  [86, 180, 233],
  [0, 158, 115],
  [240, 228, 66],
  [0, 114, 178],
  [213, 94, 0],
  [204, 121, 167],
  [170, 51, 119],
  [51, 34, 136],
  [68, 170, 153],
  [153, 153, 51],
];

/** Common classes, chosen so that those that occur together differ most. */
const FIXED: Readonly<Record<string, number>> = {
  person: 6,
  car: 1,
  truck: 0,
  bus: 2,
  motorcycle: 7,
  bicycle: 3,
  boat: 9,
  airplane: 5,
  nucleus: 3,
  tree: 0,
  text: 1,
  RBC: 5,
  WBC: 4,
  Platelets: 3,
};

/** Colours of classes by label, as `#rrggbb`, where they are others than every class has anyway. */
export const classColoursSchema = z.record(
  z.string().trim().min(1).max(200),
  z.string().regex(/^#[0-9a-f]{6}$/i, "a colour is # and six hexadecimal digits, e.g. #d55e00"),
);
export type ClassColours = Readonly<z.infer<typeof classColoursSchema>>;

/**
 * The colour of a class: `own` where it names one, such as that of the run's preset; else the same for the same label everywhere and
 * always, whatever other classes there are.
 */
export function classColour(label: string, own: ClassColours = {}): Rgb {
  if (Object.hasOwn(own, label)) return rgbOf(own[label] ?? "");
  return PALETTE[placeOf(label)] ?? [153, 153, 153];
}

/**
 * `own`, and with it another colour for each of `classes` that would look like one before it: a run that is asked for a few classes tells
 * them apart. Nothing is added for more classes than there are colours.
 */
export function distinctColours(classes: readonly string[], own: ClassColours): ClassColours {
  if (classes.length > PALETTE.length) return own;
  const taken = new Set(Object.values(own).map((hex) => hex.toLowerCase()));
  const colours: Record<string, string> = { ...own };
  for (const label of classes) {
    if (Object.hasOwn(own, label)) continue;
    const first = placeOf(label);
    const free = PALETTE.map((_, step) => hexOf(PALETTE[(first + step) % PALETTE.length] ?? [153, 153, 153])).find(
      (hex) => !taken.has(hex),
    );
    const usual = hexOf(classColour(label));
    if (free !== undefined && free !== usual) colours[label] = free;
    taken.add(free ?? usual);
  }
  return colours;
}

/** Which colour of the palette a label has. */
function placeOf(label: string): number {
  const fixed = Object.hasOwn(FIXED, label) ? FIXED[label] : undefined;
  return fixed ?? hash(label) % PALETTE.length;
}

/** A colour as style sheets and fields of forms write it. */
export function hexOf(colour: Rgb): string {
  return `#${colour.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}

function rgbOf(hex: string): Rgb {
  const value = Number.parseInt(hex.slice(1), 16);
  return [(value >> 16) & 255, (value >> 8) & 255, value & 255];
}

/** FNV-1a over UTF-16 units, with a final mix so that short labels spread. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
