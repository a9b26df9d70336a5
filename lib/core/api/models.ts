import { z } from "zod";
import { modelIdSchema } from "../detection/run.ts";

/** `POST /api/v1/models/test` */
export const modelTestSchema = z.strictObject({
  model: modelIdSchema,
  /** No call where the model answered one within a day. */
  ifNew: z.boolean().default(false),
});

/** What came of one real call. `good` is false where the model answered, but not with the square where it is. */
export const modelTrialSchema = z.object({
  model: z.string(),
  good: z.boolean(),
  text: z.string(),
  ms: z.number(),
  detections: z.number().int(),
  overlap: z.number().nullable(),
  inputTokens: z.number().int(),
  outputTokens: z.number().int(),
  cost: z.number().nullable(),
});
export type ModelTrialAnswer = z.infer<typeof modelTrialSchema>;
