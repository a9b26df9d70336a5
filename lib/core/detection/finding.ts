import { z } from "zod";

/** `[x, y, width, height]` in level-0 pixels. */
export const boxSchema = z.tuple([z.number(), z.number(), z.number().nonnegative(), z.number().nonnegative()]);

/** Geometry beyond the box, as GeoJSON in level-0 pixels. Absent: the box is the shape. */
export const geometrySchema = z.discriminatedUnion("type", [
  z.object({ type: z.literal("Point"), coordinates: z.tuple([z.number(), z.number()]) }),
  z.object({ type: z.literal("LineString"), coordinates: z.array(z.tuple([z.number(), z.number()])).min(2) }),
  z.object({
    type: z.literal("Polygon"),
    coordinates: z.array(z.array(z.tuple([z.number(), z.number()])).min(4)).min(1),
    /** The polygon stands for the ellipse that fills its bounds, as QuPath writes it. */
    isEllipse: z.literal(true).optional(),
  }),
  z.object({
    type: z.literal("MultiPolygon"),
    coordinates: z.array(z.array(z.array(z.tuple([z.number(), z.number()])).min(4)).min(1)).min(1),
  }),
]);
export type Geometry = z.infer<typeof geometrySchema>;

/** What was measured of an object, by name with its unit, e.g. `Area µm²`. */
export const measurementsSchema = z.record(z.string().max(100), z.number());
export type Measurements = z.infer<typeof measurementsSchema>;

/** So many findings have a label, a review state and a score in one of twenty bins; −1: they have none. */
export type FindingGroup = { label: string; review: ReviewState; bin: number; count: number };

/** What a model said inside one tile, in level-0 pixels. */
const detectionSchema = z.object({
  box: boxSchema,
  score: z.number().min(0).max(1),
  label: z.string().min(1).max(200),
  geometry: geometrySchema.optional(),
  /** What stands there, of a word. */
  text: z.string().max(2000).optional(),
  measurements: measurementsSchema.optional(),
});
export type Detection = z.infer<typeof detectionSchema>;

export const REVIEW_STATES = ["unreviewed", "accepted", "rejected"] as const;
export type ReviewState = (typeof REVIEW_STATES)[number];
export const FINDING_SOURCES = ["model", "person", "import"] as const;

/** A raw detection that went into a finding: `[tile index, position in that tile's reply]`. */
const memberSchema = z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()]);
export type Member = z.infer<typeof memberSchema>;

/** What the reader sees. `modelLabel` keeps what the model said where a person relabelled. */
export const findingSchema = z.object({
  id: z.uuid(),
  imageId: z.uuid(),
  runId: z.uuid().nullable(),
  page: z.number().int().nonnegative(),
  box: boxSchema,
  geometry: geometrySchema.nullable(),
  label: z.string(),
  modelLabel: z.string().nullable(),
  /** What stands there, as the model read it, where the finding is a word. */
  text: z.string().nullable(),
  /** What the model measured of it, where it did. */
  measurements: measurementsSchema.nullable(),
  score: z.number().nullable(),
  /** Of the tiles that show it whole, the part that did not detect it, 0…1; null where fewer than two do, or no model found it. */
  disagreement: z.number().nullable(),
  source: z.enum(FINDING_SOURCES),
  review: z.enum(REVIEW_STATES),
  /** Guarded against being reshaped or removed by a slip of the hand. */
  locked: z.boolean(),
  /** Not yet through the final merge of its run; reviewable all the same. */
  provisional: z.boolean(),
  members: z.array(memberSchema),
  /** Rises by one with every change; sent as ETag and asked for as If-Match. */
  version: z.number().int().positive(),
  updatedAt: z.iso.datetime(),
});
export type Finding = z.infer<typeof findingSchema>;

/** A person's change to a finding. Fields that are absent stay as they are. */
export const findingPatchSchema = z
  .object({
    label: z.string().trim().min(1).max(200),
    box: boxSchema,
    geometry: geometrySchema.nullable(),
    review: z.enum(REVIEW_STATES),
    locked: z.boolean(),
  })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change");
export type FindingPatch = z.infer<typeof findingPatchSchema>;

/** A finding drawn by a person. Its `id`, a UUIDv7, may be the sender's: sent again, the finding is there already and is answered. */
export const newFindingSchema = z.object({
  id: z.uuid({ version: "v7" }).optional(),
  imageId: z.uuid(),
  runId: z.uuid().nullable().default(null),
  page: z.number().int().nonnegative().default(0),
  box: boxSchema,
  geometry: geometrySchema.nullable().default(null),
  label: z.string().trim().min(1).max(200),
});
