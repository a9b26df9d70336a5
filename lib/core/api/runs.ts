import { z } from "zod";
import { eventSchema } from "../detection/events.ts";
import { MOST_AT_ONCE, modelIdSchema, RUN_SORTS, RUN_STATES, regionSchema } from "../detection/run.ts";

export const runParamsSchema = z.object({ runId: z.uuid() });
export const imageRunsParamsSchema = z.object({ imageId: z.uuid() });

/** `GET /api/v1/runs` */
export const runListQuerySchema = z.object({
  state: z.enum(RUN_STATES).optional(),
  image: z.uuid().optional(),
  collection: z.uuid().optional(),
  /** Part of the picture's name. */
  q: z.string().trim().min(1).max(200).optional(),
  sort: z.enum(RUN_SORTS).default("newest"),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `GET /api/v1/runs/:id/tiles` */
export const tileListQuerySchema = z.object({
  cursor: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

/** `GET /api/v1/runs/:id/detections` */
export const rawDetectionsQuery = z.strictObject({ page: z.coerce.number().int().nonnegative().default(0) });

/** `GET /api/v1/runs/:id/history`: `cursor` is the last event seen, as in `Last-Event-ID`. */
export const historyQuerySchema = z.object({
  cursor: z
    .string()
    .regex(/^\d{1,20}-\d{1,20}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(5000).default(1000),
});

/** What happened, and when. Findings are left out: they are read from their own addresses. */
export const historyItemSchema = z.object({ at: z.iso.datetime(), event: eventSchema });

/** `POST /api/v1/runs/:id/viewport`: what someone is looking at, in level-0 pixels of a page. */
export const viewportSchema = z.strictObject({
  page: z.number().int().nonnegative().default(0),
  x: z.number(),
  y: z.number(),
  width: z.number().positive(),
  height: z.number().positive(),
});
export type Viewport = z.infer<typeof viewportSchema>;

/** `GET/PUT /api/v1/limits/:model`: null is no limit, or no price known. Prices are US dollars per million tokens. */
export const modelLimitSchema = z.strictObject({
  concurrency: z.number().int().min(1).max(4096).nullable().default(null),
  requestsPerMinute: z.number().int().positive().nullable().default(null),
  tokensPerMinute: z.number().int().positive().nullable().default(null),
  inputPrice: z.number().nonnegative().nullable().default(null),
  outputPrice: z.number().nonnegative().nullable().default(null),
});
export type ModelLimit = z.infer<typeof modelLimitSchema>;
export const modelLimitParamsSchema = z.object({ model: modelIdSchema });
export const namedModelLimitSchema = modelLimitSchema.extend({ model: modelIdSchema });
export type NamedModelLimit = z.infer<typeof namedModelLimitSchema>;

/** `PATCH /api/v1/runs/:id` */
export const runPatchSchema = z.strictObject({ concurrency: z.number().int().min(1).max(MOST_AT_ONCE) });

/** `POST /api/v1/runs/:id/tiles/retry`: these tiles, or those that share area with a region, of all pages or of one. */
export const tileRetrySchema = z.union([
  z.strictObject({ tiles: z.array(z.number().int().nonnegative()).min(1).max(100_000) }),
  z.strictObject({ region: regionSchema, page: z.number().int().nonnegative().optional() }),
]);

/** `POST …/release` */
export const runReleaseSchema = z.strictObject({ reason: z.string().trim().min(1).max(2000) });
