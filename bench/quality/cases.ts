import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import sharp from "sharp";
import { z } from "zod";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { formatOf } from "#lib/core/formats/registry.ts";
import { fileSource } from "#lib/server/imports/file-source.ts";

/** A picture whose objects are known. */
export type QualityCase = {
  preset: string;
  /** Relative to the folder of the pictures. */
  picture: string;
  /** What the truth is and where it comes from. */
  truth: string;
  /** Only this part of the picture is known: `[x, y, width, height]`. */
  part?: readonly [x: number, y: number, width: number, height: number];
  /** Label of the truth → labels of findings that count as it. */
  accepts?: Readonly<Record<string, readonly string[]>>;
  readTruth(): Promise<Compared[]>;
};

/** All cases whose files are in `data`; a table that other kinds of pictures are added to. */
export async function qualityCases(data: string): Promise<QualityCase[]> {
  const cases = [...(await bloodCases(data)), fluorescenceCase(data), ...(await nucleusCases()), ...vehicleCases(data)];
  const there = await Promise.all(
    cases.map(({ picture }) =>
      readFile(path.join(data, picture)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return cases.filter((_, at) => there[at]);
}

async function bloodCases(data: string): Promise<QualityCase[]> {
  const folder = path.join("pathology", "bccd");
  const files = await readdir(path.join(data, folder)).catch(() => []);
  return files
    .filter((file) => file.endsWith(".jpg"))
    .sort()
    .map((file) => {
      const name = file.replace(/\.jpg$/, "");
      return {
        preset: "blood",
        picture: path.join(folder, file),
        truth: "boxes of BCCD",
        readTruth: () => readFormat("voc", path.join(data, folder, `${name}.gt.${name}.xml`), file),
      };
    });
}

function vehicleCases(data: string): QualityCase[] {
  const vehicles = ["car", "truck", "bus", "vehicle"];
  const picture = path.join("satellite", "det", "terrain2.png");
  const readTruth = () =>
    readFormat("coco", path.join(data, "satellite", "det", "terrain2.gt.terrain2_coco.json"), "terrain2.png");
  return ["general", "vehicles"].map((preset) => ({
    ...{ preset, picture, truth: "boxes of SAHI", accepts: { car: vehicles }, readTruth },
  }));
}

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

function fluorescenceCase(data: string): QualityCase {
  const folder = path.join("pathology", "nuclei");
  return {
    preset: "fluorescence",
    picture: path.join(folder, "img2d.tif"),
    truth: "label mask of StarDist's example",
    readTruth: () => boxesOfMask(path.join(data, folder, "img2d.gt.mask2d.tif")),
  };
}

/** The bounds of each label of a 16-bit label picture. */
async function boxesOfMask(file: string): Promise<Compared[]> {
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

const handMarksSchema = z.object({
  label: z.string(),
  crops: z.array(
    z.object({
      picture: z.string(),
      crop: z.tuple([z.number(), z.number(), z.number()]),
      boxes: z.array(z.tuple([z.number(), z.number(), z.number(), z.number()])),
    }),
  ),
});

async function nucleusCases(): Promise<QualityCase[]> {
  const file = path.join(import.meta.dirname, "nuclei-by-hand.json");
  const { label, crops } = handMarksSchema.parse(JSON.parse(await readFile(file, "utf8")));
  return crops.map(({ picture, crop: [x, y, side], boxes }) => ({
    preset: "nuclei",
    picture,
    truth: "marked by hand, bench/quality/nuclei-by-hand.json",
    part: [x, y, side, side],
    async readTruth() {
      return boxes.map(([left, top, right, bottom]): Compared => {
        return { page: 0, box: [x + left, y + top, right - left, bottom - top], label, score: null };
      });
    },
  }));
}
