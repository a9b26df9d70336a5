import { z } from "zod";
import { RUN_STATES, regionSchema } from "../detection/run.ts";

export const runParamsSchema = z.object({ runId: z.uuid() });
export const imageRunsParamsSchema = z.object({ imageId: z.uuid() });

/** `GET /api/v1/runs` */
export const runListQuerySchema = z.object({
  state: z.enum(RUN_STATES).optional(),
  image: z.uuid().optional(),
  collection: z.uuid().optional(),
  cursor: z.uuid().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** `GET /api/v1/runs/:id/tiles` */
export const tileListQuerySchema = z.object({
  cursor: z.coerce.number().int().nonnegative().optional(),
  limit: z.coerce.number().int().min(1).max(10_000).default(1000),
});

/** `PATCH /api/v1/runs/:id` */
export const runPatchSchema = z.strictObject({ concurrency: z.number().int().min(1).max(1024) });

/** `POST /api/v1/runs/:id/tiles/retry` */
export const tileRetrySchema = z.union([
  z.strictObject({ tiles: z.array(z.number().int().nonnegative()).min(1).max(100_000) }),
  z.strictObject({ region: regionSchema }),
]);

/** `POST …/release` */
export const runReleaseSchema = z.strictObject({ reason: z.string().trim().min(1).max(2000) });
