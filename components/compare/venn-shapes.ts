/** An ellipse: its middle, its half axes, and by how many degrees it is turned clockwise. */
type Ellipse = { x: number; y: number; rx: number; ry: number; turn: number };

type Drawn = {
  width: number;
  height: number;
  sets: readonly Ellipse[];
  /** Where the letter of each set stands, outside of all. */
  letters: readonly (readonly [number, number])[];
};

/** A diagram of sets as ellipses, and for each of its parts where its count stands. `at` is by the sides in it, "0,2". */
export type Venn = Drawn & {
  at: ReadonlyMap<string, [number, number]>;
};

const round = (x: number, y: number, r: number): Ellipse => ({ x, y, rx: r, ry: r, turn: 0 });

/** Sets whose every selection has a part of its own: circles as far as they go, ellipses for four (Venn 1880). */
const SETS: Record<number, Drawn> = {
  2: {
    width: 200,
    height: 108,
    sets: [round(74, 54, 50), round(126, 54, 50)],
    letters: [
      [26, 14],
      [174, 14],
    ],
  },
  3: {
    width: 200,
    height: 156,
    sets: [round(76, 54, 50), round(124, 54, 50), round(100, 102, 50)],
    letters: [
      [28, 14],
      [172, 14],
      [150, 146],
    ],
  },
  4: {
    width: 200,
    height: 152,
    sets: [
      { x: 70, y: 90, rx: 72, ry: 45, turn: 40 },
      { x: 90, y: 70, rx: 72, ry: 45, turn: 40 },
      { x: 110, y: 70, rx: 72, ry: 45, turn: -40 },
      { x: 130, y: 90, rx: 72, ry: 45, turn: -40 },
    ],
    letters: [
      [6, 36],
      [28, 12],
      [172, 12],
      [194, 36],
    ],
  },
};
const STEP = 2;

/** How far out of an ellipse a place is: below 1 within it, 1 on its line. */
function reach({ x, y, rx, ry, turn }: Ellipse, px: number, py: number): number {
  const angle = (turn * Math.PI) / 180;
  const [dx, dy] = [px - x, py - y];
  const along = dx * Math.cos(angle) + dy * Math.sin(angle);
  const across = dy * Math.cos(angle) - dx * Math.sin(angle);
  return Math.hypot(along / rx, across / ry);
}

/** The diagram of so many sets, 2 to 4; null for others. A count stands where its part is furthest from all lines. */
export function vennOf(sides: number): Venn | null {
  const drawn = SETS[sides];
  if (!drawn) return null;
  const best = new Map<string, { room: number; place: [number, number] }>();
  for (let y = 0; y <= drawn.height; y += STEP) {
    for (let x = 0; x <= drawn.width; x += STEP) {
      const reaches = drawn.sets.map((set) => reach(set, x, y));
      const inside = reaches.flatMap((each, side) => (each < 1 ? [side] : []));
      const room = Math.min(...reaches.map((each) => Math.abs(each - 1)));
      const key = inside.join();
      if (inside.length > 0 && room > (best.get(key)?.room ?? 0)) best.set(key, { room, place: [x, y] });
    }
  }
  return { ...drawn, at: new Map([...best].map(([key, { place }]) => [key, place])) };
}
