import { z } from "zod";
import { modelIdSchema, tilingSchema } from "../detection/run.ts";
import { presetIdSchema } from "./presets.ts";

/** `GET /images/:id/tiling`. */
export const tilingQuery = z.object({
  preset: presetIdSchema.optional(),
  /** Absent: the preset's own. */
  model: modelIdSchema.optional(),
  page: z.coerce.number().int().nonnegative().default(0),
});
export type TilingQuery = z.infer<typeof tilingQuery>;

/** The tiling that suits a page, why, and how many tiles of the page it makes. */
export const proposedTilingSchema = z.object({
  tiling: tilingSchema,
  why: z.string(),
  tiles: z.number().int(),
  /** How much there is to see in the page, 0…1. */
  detail: z.number(),
  /** Length of a pixel's side; null where it is not known. */
  metresPerPixel: z.number().nullable(),
});
export type ProposedTiling = z.infer<typeof proposedTilingSchema>;
