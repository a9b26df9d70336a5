import { z } from "zod";
import { IMAGE_STATES, imageScaleSchema } from "../detection/image.ts";
import { bandSchema, shownBandsSchema } from "../display/shown-bands.ts";
import { limitSchema } from "./params.ts";

/** `GET /images`: search and filters. */
export const imageListQuery = z.strictObject({
  q: z.string().max(200).optional(),
  state: z.enum(IMAGE_STATES).optional(),
  tag: z.string().max(200).optional(),
  collection: z.uuid().optional(),
  limit: limitSchema,
  cursor: z.uuid().optional(),
});
export type ImageListQuery = z.infer<typeof imageListQuery>;

/** `POST /images?name=`. */
export const uploadQuery = z.strictObject({
  name: z.string().max(1000).optional(),
  collection: z.string().trim().min(1).max(200).optional(),
});

export type UploadQuery = z.infer<typeof uploadQuery>;

/** `POST /images` with JSON: a file below the import folder. */
export const importRequestSchema = z.strictObject({ path: z.string().min(1).max(4096) });

/** `GET /import-folder?path=`: a folder below the import folder; empty: that folder itself. */
export const importFolderQuery = z.strictObject({ path: z.string().max(4096).default("") });

/** What the import folder holds. `path` is below it, with `/`. */
export const importEntrySchema = z.object({
  kind: z.enum(["file", "folder"]),
  name: z.string(),
  path: z.string(),
  bytes: z.number().int().nullable(),
});
export type ImportEntry = z.infer<typeof importEntrySchema>;

/** `PATCH /images/:id`. */
export const imagePatchSchema = z
  .strictObject({
    name: z.string().trim().min(1).max(255),
    tags: z.array(z.string().trim().min(1).max(100)).max(100),
    collectionId: z.uuid(),
    /** In place of what the file says; null: nothing is known. */
    scale: imageScaleSchema.nullable(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change");
export type ImagePatch = z.infer<typeof imagePatchSchema>;

/** `POST /images/:id/release` and `/runs/:id/release`: why what moderation blocked may go on. */
export const releaseSchema = z.strictObject({ reason: z.string().trim().min(1).max(2000) });

const TILE_FORMATS = ["jpg", "webp", "png"] as const;

/** `/images/:id/tiles/:level/:x/:y.:ext`. Level 0 is full resolution. */
export const imageTileParams = z.object({
  imageId: z.uuid(),
  level: z.coerce.number().int().min(0).max(40),
  x: z.coerce.number().int().min(0).max(10_000_000),
  tile: z
    .string()
    .regex(/^\d{1,8}\.(jpe?g|webp|png)$/)
    .transform((file) => {
      const [y, ending] = file.split(".");
      return { y: Number(y), format: TILE_FORMATS.find((format) => format === ending) ?? "jpg" };
    }),
});

/** Which page of a multi-page source a tile is of. */
export const imageTileQuery = z.strictObject({ page: z.coerce.number().int().min(0).default(0) });

/** The same for a tile, which `show` may ask for in another look than the page has at first. */
export const shownTileQuery = imageTileQuery.extend({ show: shownBandsSchema.optional() });

/** `GET /images/:id/bands?page=`: the bands whose look can be chosen; none of a picture that is shown as it stands. */
export const bandsSchema = z.object({ items: z.array(bandSchema) });

/** A picture that comes with the product, for a first try. */
export const sampleSchema = z.object({
  file: z.string().regex(/^[\w.-]+$/),
  title: z.string(),
  domain: z.string(),
  preset: z.string(),
  source: z.string(),
  licence: z.string(),
});
export type Sample = z.infer<typeof sampleSchema>;

/** `/samples/:file`. */
export const sampleParams = sampleSchema.pick({ file: true });
