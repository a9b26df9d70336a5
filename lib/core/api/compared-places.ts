import { z } from "zod";
import { boxSchema } from "../detection/finding.ts";
import { findingSetChoiceSchema, findingSetSchema } from "../detection/finding-set.ts";

/** What a run is compared with: another run of its image, or a set of findings there. */
export const otherSideSchema = z.union([z.uuid(), findingSetSchema]);

/** So many sides are compared with the run at most: more looks could not be told apart. */
export const MOST_OTHERS = 3;

const others = z.array(otherSideSchema).max(MOST_OTHERS);

/** `GET /runs/:id/compare/places?with=…&with=…`. Rejected findings take no part. */
export const comparedPlacesQuery = z.strictObject({
  with: z.union([otherSideSchema.transform((one) => [one]), others]).default([]),
  /** Findings are one where they overlap at least so much (intersection over union). */
  iou: z.coerce.number().gt(0).max(1).default(0.5),
  /** Places of this page, and where a box is named, of those that touch it: `x,y,width,height`. Counts are of all. */
  page: z.coerce.number().int().min(0).default(0),
  bbox: z
    .string()
    .regex(/^-?[\d.]+(,-?[\d.]+){3}$/, "is not x,y,width,height")
    .optional(),
  limit: z.coerce.number().int().min(1).max(20_000).default(5000),
});
export type ComparedPlacesQuery = z.infer<typeof comparedPlacesQuery>;

const count = z.number().int();

/** A place: which sides have it, by their positions among `sides`, and the finding of each. */
const comparedPlaceSchema = z.object({
  in: z.array(count),
  renamed: z.boolean(),
  box: boxSchema,
  /** The name that each of `in` gives it. */
  labels: z.array(z.string()),
  /** The best score of any side. */
  score: z.number().nullable(),
  findings: z.array(z.uuid()),
});
export type ComparedPlace = z.infer<typeof comparedPlaceSchema>;

export const comparedPlacesSchema = z.object({
  imageId: z.uuid(),
  iou: z.number(),
  /** The run itself first. */
  sides: z.array(z.object({ id: otherSideSchema, findings: count })),
  /** How many places which sides share, over all pages; `renamed`: under different names. Those that no side has are left out. */
  regions: z.array(z.object({ in: z.array(count), renamed: z.boolean(), count })),
  /** How far two sides agree: 2 · matched / (findings of both); null where both have nothing. */
  pairs: z.array(z.object({ a: count, b: count, matched: count, agreement: z.number().nullable() })),
  /** Places that not all sides share come first, then by falling score. */
  places: z.array(comparedPlaceSchema),
  /** Places that fit the page and the box. */
  total: count,
});
export type ComparedPlaces = z.infer<typeof comparedPlacesSchema>;

/** `GET /images/:id/finding-sets`. */
export const findingSetsSchema = z.object({ items: z.array(findingSetChoiceSchema), nextCursor: z.null() });
