import { readdir, readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { boxesOfMask, readFormat } from "./read-truth.ts";
import { vehicleCases } from "./vehicles.ts";

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
  /** Only labels of `accepts` are known: findings of others are left out. */
  isPartial?: boolean;
  /** Findings whose middle lies here are left out, as is the truth: `[x, y, width, height]`. */
  unmarked?: readonly [x: number, y: number, width: number, height: number];
  readTruth(): Promise<Compared[]>;
};

/** All cases whose files are in `data`; a table that other kinds of pictures are added to. */
export async function qualityCases(data: string): Promise<QualityCase[]> {
  const cases = [
    ...(await bloodCases(data)),
    fluorescenceCase(data),
    ...(await nucleusCases()),
    ...(await vehicleCases(data)),
  ];
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

function fluorescenceCase(data: string): QualityCase {
  const folder = path.join("pathology", "nuclei");
  return {
    preset: "fluorescence",
    picture: path.join(folder, "img2d.tif"),
    truth: "label mask of StarDist's example",
    readTruth: () => boxesOfMask(path.join(data, folder, "img2d.gt.mask2d.tif")),
  };
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
