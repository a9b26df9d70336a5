import { z } from "zod";

export const IMAGE_STATES = ["uploading", "ingesting", "ready", "blocked", "failed"] as const;
export type ImageState = (typeof IMAGE_STATES)[number];

const sixNumbers = z.tuple([z.number(), z.number(), z.number(), z.number(), z.number(), z.number()]);

/**
 * µm per pixel, or a CRS (`EPSG:…` or a PROJ string) with the affine transform `[a, b, c, d, e, f]`: X = a·x + b·y + c,
 * Y = d·x + e·y + f. Where control points were bent, `polynomial` has the coefficients of 1, x, y, x², xy, y² and goes before.
 */
export const imageScaleSchema = z.union([
  z.object({ micronsPerPixel: z.number().positive() }),
  z.object({
    crs: z.string(),
    transform: sixNumbers,
    polynomial: z.object({ x: sixNumbers, y: sixNumbers }).optional(),
  }),
]);
export type ImageScale = z.infer<typeof imageScaleSchema>;

/** What calls of a hosted model took; `cost` in US dollars, null where no price is known. */
const modelUseSchema = z.object({
  calls: z.number().int(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  cost: z.number().nullable(),
});
export type ModelUse = z.infer<typeof modelUseSchema>;

const moderationSchema = z.object({
  verdict: z.enum(["pass", "block", "released"]),
  scores: z.record(z.string(), z.number()),
  model: z.string(),
  reason: z.string().nullable(),
  /** What a hosted judge took, where a run asked one of its own. */
  usage: modelUseSchema.optional(),
});
export type Moderation = z.infer<typeof moderationSchema>;

/** A file of the import folder that is read where it lies: its path below that folder, and when it was changed last. */
export type ImportedFrom = { path: string; modifiedMs: number };

/** An image as the API shows it. */
export const imageSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  sha256: z.string().nullable(),
  format: z.string().nullable(),
  bytes: z.number().nullable(),
  /** Path below the import folder, where its file is read there; null where it is in the store. */
  importPath: z.string().nullable(),
  pages: z.number().int(),
  /**
   * Pixels of each page, how many levels its pyramid has, 0 before it is built, and in which format its tiles are served as they are
   * stored. `width`, `height` and `levels` are the first page's.
   */
  pageSizes: z.array(
    z.object({
      width: z.number().int(),
      height: z.number().int(),
      levels: z.number().int(),
      tileFormat: z.enum(["jpg", "webp"]).nullable(),
    }),
  ),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  levels: z.number().int().nullable(),
  collectionId: z.uuid(),
  scale: imageScaleSchema.nullable(),
  magnification: z.number().nullable(),
  /** Names of metadata fields dropped at ingest because they may identify a person. */
  dropped: z.array(z.string()),
  state: z.enum(IMAGE_STATES),
  /** 0…1 while ingesting. */
  progress: z.number().nullable(),
  error: z.string().nullable(),
  moderation: moderationSchema.nullable(),
  tags: z.array(z.string()),
  createdAt: z.iso.datetime(),
});
export type Image = z.infer<typeof imageSchema>;
