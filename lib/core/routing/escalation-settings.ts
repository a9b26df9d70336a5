import { z } from "zod";

const fraction = z.number().min(0).max(1);

/** When a tile goes to the stronger model, and how much may go there. */
export const escalationSettingsSchema = z.strictObject({
  /** At most this part of the tiles that were looked at, and of each budget of the run, goes to the stronger model. */
  share: z.number().gt(0).max(1).default(0.2),
  /** Detections whose score lies in the band, ends included, are uncertain. */
  band: z
    .tuple([fraction, fraction])
    .refine(([low, high]) => low <= high, "a band reads [lowest, highest]")
    .default([0, 0.6]),
  /** A tile is uncertain where this part of its detections is, … */
  uncertainShare: fraction.default(0.5),
  /** … or so many of them are. */
  uncertainCount: z.number().int().min(1).default(5),
  /** The tile model is trusted with so many detections in a tile; more are dense. */
  dense: z.number().int().min(0).default(50),
  /** A tile disagrees where this part of the objects that a neighbour shows whole, too, was seen by one of them alone. */
  disagreement: z.number().gt(0).max(1).default(0.34),
});
export type EscalationSettings = z.infer<typeof escalationSettingsSchema>;

/** The same as people ask for it: what is absent is the preset's, or the default. No defaults of its own, which would win over both. */
export const escalationRequestSchema = z
  .strictObject({
    share: escalationSettingsSchema.shape.share.unwrap(),
    band: escalationSettingsSchema.shape.band.unwrap(),
    uncertainShare: escalationSettingsSchema.shape.uncertainShare.unwrap(),
    uncertainCount: escalationSettingsSchema.shape.uncertainCount.unwrap(),
    dense: escalationSettingsSchema.shape.dense.unwrap(),
    disagreement: escalationSettingsSchema.shape.disagreement.unwrap(),
  })
  .partial();

/** Why a tile went to the stronger model: what weighed most. */
export const ESCALATION_REASONS = ["unreadable", "confidence", "density", "disagreement"] as const;
export type EscalationReason = (typeof ESCALATION_REASONS)[number];

/** What the rule made of a run's first looks: tiles that it would send by reason, how many it might, and how many it sent. */
export const escalationPlanSchema = z.object({
  qualified: z.record(z.enum(ESCALATION_REASONS), z.number().int()),
  most: z.number().int(),
  sent: z.number().int(),
});
export type EscalationPlan = z.infer<typeof escalationPlanSchema>;
