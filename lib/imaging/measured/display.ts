import type { Composed, Measured } from "../decoding/open-source.ts";
import type { StoredPage } from "../tiff/layout.ts";
import { type Rows, readRows } from "./rows.ts";
import { displayBands, measureStretch, toDisplay } from "./stretch.ts";

/** Rows of a picture in 8 bits, `bands` of them interleaved. */
type DisplayRows = { y: number; height: number; width: number; display: Uint8Array };

/** A measured or composed page at one of its stored levels, as it is shown. `rows` are read from top to bottom. */
export type Display = { width: number; height: number; bands: 1 | 3; rows: () => AsyncGenerator<DisplayRows> };

type Level = StoredPage[number];

/** Prepares a page for display at the level that `shown` chooses; percentiles are taken from the one that `looked` chooses. */
export async function openDisplay(
  source: Measured | Composed,
  shown: (stored: StoredPage) => Level,
  looked: (stored: StoredPage) => Level,
): Promise<Display> {
  const { path } = source;
  if (source.kind === "measured") {
    const { samples } = source;
    const level = shown(source.stored);
    const stretch = await measureStretch(path, looked(source.stored), samples);
    const { width, height } = level;
    return {
      ...{ width, height, bands: displayBands(samples) },
      async *rows() {
        for await (const rows of readRows(path, level, samples)) {
          yield { y: rows.y, height: rows.height, width: rows.width, display: toDisplay(rows, samples, stretch) };
        }
      },
    };
  }
  const [first] = source.channels;
  const channels = await Promise.all(
    source.channels.map(async ({ level, samples, colour }) => {
      return { level, samples, colour, stretch: await measureStretch(path, level, samples) };
    }),
  );
  return {
    ...{ width: first.level.width, height: first.level.height, bands: 3 },
    async *rows() {
      const readers = channels.map(({ level, samples }) => readRows(path, level, samples));
      for (;;) {
        const read = await Promise.all(readers.map((reader) => reader.next()));
        const rows = read.flatMap(({ value }): Rows[] => (value ? [value] : []));
        const [top] = rows;
        if (!top || rows.length < readers.length) return;
        const display = new Uint8ClampedArray(top.width * top.height * 3);
        for (const [index, { samples, colour, stretch }] of channels.entries()) {
          const row = rows[index];
          if (row) addInColour(display, toDisplay(row, samples, stretch), colour);
        }
        yield { y: top.y, height: top.height, width: top.width, display: new Uint8Array(display.buffer) };
      }
    },
  };
}

/** Adds the light of a channel to what is there; what is more than white stays white. */
function addInColour(display: Uint8ClampedArray, grey: Uint8Array, colour: readonly [number, number, number]): void {
  for (const [pixel, value] of grey.entries()) {
    if (value === 0) continue;
    for (const [band, strength] of colour.entries()) {
      if (strength > 0) display[pixel * 3 + band] = (display[pixel * 3 + band] ?? 0) + (value * strength) / 255;
    }
  }
}
