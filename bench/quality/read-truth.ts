import sharp from "sharp";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { formatOf } from "#lib/core/formats/registry.ts";
import { fileSource } from "#lib/server/imports/file-source.ts";

/** Boxes of a file of ground truth about the picture of that name. */
export async function readFormat(format: string, file: string, name: string): Promise<Compared[]> {
  const unlimited = { width: 1e6, height: 1e6 };
  const context = {
    image: { id: "", name, pages: [unlimited] },
    classes: [],
    space: "pixel" as const,
    ...{ polygons: false, toLonLat: null, fromLonLat: null },
  };
  const truths: Compared[] = [];
  for await (const entry of formatOf(format).read(context, await fileSource(file))) {
    if ("failed" in entry) throw new Error(`${file}: ${entry.failed.at}: ${entry.failed.reason}`);
    truths.push(entry.finding);
  }
  return truths;
}

/** The bounds of each label of a 16-bit label picture. */
export async function boxesOfMask(file: string): Promise<Compared[]> {
  const { data, info } = await sharp(file)
    .toColourspace("grey16")
    .raw({ depth: "ushort" })
    .toBuffer({ resolveWithObject: true });
  const labels = new Uint16Array(data.buffer, data.byteOffset, info.width * info.height);
  const bounds = new Map<number, [left: number, top: number, right: number, bottom: number]>();
  for (const [index, label] of labels.entries()) {
    if (label === 0) continue;
    const [x, y] = [index % info.width, Math.floor(index / info.width)];
    const [left, top, right, bottom] = bounds.get(label) ?? [x, y, x, y];
    bounds.set(label, [Math.min(left, x), Math.min(top, y), Math.max(right, x + 1), Math.max(bottom, y + 1)]);
  }
  return [...bounds.values()].map(([left, top, right, bottom]) => {
    return { page: 0, box: [left, top, right - left, bottom - top], label: "nucleus", score: null };
  });
}
