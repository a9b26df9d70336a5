import { z } from "zod";
import { area, tileBox } from "#lib/core/geometry/box.ts";
import type { BoxFamily } from "./hosted/families.ts";
import type { TileDetection } from "./types.ts";

/** Four numbers as an array of fixed length: providers' structured output knows no tuples. */
const cornersSchema = z.array(z.number()).length(4);
const label = z.string().trim().min(1).max(200);
const score = z.number().min(0).max(1);

const box2dSchema = z.object({ detections: z.array(z.object({ label, score, box_2d: cornersSchema })) });
const bbox2dSchema = z.object({ detections: z.array(z.object({ label, score, bbox_2d: cornersSchema })) });

/** What a tile model answers, in its family's own convention. */
export type TileReplyDocument = z.infer<typeof box2dSchema> | z.infer<typeof bbox2dSchema>;

/** The schema that a family's reply is asked for and checked with. */
export function tileReplySchema(family: BoxFamily): z.ZodType<TileReplyDocument> {
  return family.key === "box_2d" ? box2dSchema : bbox2dSchema;
}

export type ReadOptions = {
  family: BoxFamily;
  /** The picture as the model saw it, and as the tile was read. */
  seen: { width: number; height: number };
  tile: { width: number; height: number };
  classes: readonly string[];
  minScore: number;
};

/**
 * A validated reply as detections in the tile's pixels, clipped to it; empty boxes and scores under `minScore` are dropped. Labels
 * that differ from an asked class in case only take its spelling; others are kept as they are.
 */
export function readTileReply(document: TileReplyDocument, options: ReadOptions): TileDetection[] {
  const { family, seen, tile, minScore } = options;
  const spelling = new Map(options.classes.map((name) => [name.toLowerCase(), name]));
  const stretch = { x: tile.width / seen.width, y: tile.height / seen.height };
  return document.detections.flatMap((found) => {
    const [a = 0, b = 0, c = 0, d = 0] = "box_2d" in found ? found.box_2d : found.bbox_2d;
    const corners = [a, b, c, d] as const;
    const inSeen = family.toBox(corners, seen.width, seen.height);
    if (area(inSeen) === 0 || found.score < minScore) return [];
    const [x, y, width, height] = inSeen;
    return [
      {
        box: tileBox(x * stretch.x, y * stretch.y, width * stretch.x, height * stretch.y),
        score: found.score,
        label: spelling.get(found.label.toLowerCase()) ?? found.label,
      },
    ];
  });
}
