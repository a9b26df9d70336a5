import { readFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import type { QualityCase } from "./cases.ts";
import { readFormat } from "./read-truth.ts";

const LABEL = "vehicle";
/** What the embedded detector calls vehicles; of what else it finds nothing is known in these pictures. */
const KINDS = ["car", "truck", "bus", "vehicle"];
const FOLDER = path.join("satellite", "det");

const quad = z.tuple([z.number(), z.number(), z.number(), z.number()]);
const roadSchema = z.object({ picture: z.string(), unmarked: quad, boxes: z.array(quad) });

/** Oblique pictures from above: vehicles whose boxes SAHI publishes, and a motorway that was marked by hand. */
export async function vehicleCases(data: string): Promise<QualityCase[]> {
  const road = roadSchema.parse(
    JSON.parse(await readFile(path.join(import.meta.dirname, "road-by-hand.json"), "utf8")),
  );
  const shared = { accepts: { [LABEL]: KINDS }, isPartial: true };
  const pictures: Omit<QualityCase, "preset">[] = [
    {
      ...shared,
      picture: path.join(FOLDER, "terrain2.png"),
      truth: "boxes of SAHI",
      async readTruth() {
        const file = path.join(data, FOLDER, "terrain2.gt.terrain2_coco.json");
        return (await readFormat("coco", file, "terrain2.png")).map((each) => ({ ...each, label: LABEL }));
      },
    },
    {
      ...shared,
      picture: road.picture,
      truth: "a motorway marked by hand, since no truth is published (bench/quality/road-by-hand.json)",
      unmarked: corners(road.unmarked),
      async readTruth() {
        return road.boxes.map((box): Compared => ({ page: 0, box: corners(box), label: LABEL, score: null }));
      },
    },
  ];
  return ["general", "vehicles"].flatMap((preset) => pictures.map((picture) => ({ preset, ...picture })));
}

function corners([left, top, right, bottom]: readonly [number, number, number, number]) {
  return [left, top, right - left, bottom - top] as const;
}
