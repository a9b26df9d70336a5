type Rectangle = { readonly x: number; readonly y: number; readonly width: number; readonly height: number };

/** Area that rectangles of one page cover together, what lies under several counted once; square pixels. */
export function coveredArea(rectangles: readonly Rectangle[]): number {
  const xs = edges(rectangles.flatMap(({ x, width }) => [x, x + width]));
  const ys = edges(rectangles.flatMap(({ y, height }) => [y, y + height]));
  const rows = ys.values.length - 1;
  const covered = new Uint8Array(Math.max(0, (xs.values.length - 1) * rows));
  for (const { x, y, width, height } of rectangles) {
    const [top, bottom] = [ys.place(y), ys.place(y + height)];
    for (let column = xs.place(x); column < xs.place(x + width); column++) {
      covered.fill(1, column * rows + top, column * rows + bottom);
    }
  }
  let area = 0;
  for (const [cell, is] of covered.entries()) {
    if (is === 1) area += span(xs.values, Math.floor(cell / rows)) * span(ys.values, cell % rows);
  }
  return area;
}

function edges(all: readonly number[]): { values: number[]; place(value: number): number } {
  const values = [...new Set(all)].sort((a, b) => a - b);
  const places = new Map(values.map((value, index) => [value, index]));
  return { values, place: (value) => places.get(value) ?? 0 };
}

function span(values: readonly number[], index: number): number {
  return (values[index + 1] ?? 0) - (values[index] ?? 0);
}
