import { z } from "zod";
import { modelIdSchema } from "../detection/run.ts";

/** A collection as the API shows it. `providers` are the model providers that may see its pixels; `images` is a count. */
export const collectionSchema = z.object({
  id: z.uuid(),
  name: z.string(),
  providers: z.array(z.string()),
  defaults: z.record(z.string(), z.unknown()),
  images: z.number().int(),
  createdAt: z.iso.datetime(),
});
export type Collection = z.infer<typeof collectionSchema>;

const name = z.string().trim().min(1).max(200);
const providers = z
  .array(z.string().regex(/^[a-z0-9-]+$/, "a provider is the part of a model id before the colon"))
  .min(1)
  .max(50);
/** What runs on its images start from, where they name nothing themselves. */
export const collectionDefaultsSchema = z.strictObject({
  preset: z.string().optional(),
  model: modelIdSchema.optional(),
});

/** `POST /collections/:id/runs`: which images a run was started of, and of which not, and why. */
export const collectionRunsSchema = z.object({
  started: z.array(z.object({ imageId: z.uuid(), runId: z.uuid() })),
  refused: z.array(z.object({ imageId: z.uuid(), name: z.string(), code: z.string(), reason: z.string() })),
});
export type CollectionRuns = z.infer<typeof collectionRunsSchema>;

export const newCollectionSchema = z.strictObject({
  name,
  providers: providers.default(["local"]),
  defaults: collectionDefaultsSchema.default({}),
});

export const collectionPatchSchema = z
  .strictObject({ name, providers, defaults: collectionDefaultsSchema })
  .partial()
  .refine((patch) => Object.keys(patch).length > 0, "name at least one field to change");
