import { z } from "zod";
import { imageProbeSchema } from "../types.ts";

const sourceSchema = z.object({
  path: z.string(),
  /** 0-based page of the source, and its size in pixels as probed. */
  page: z.number().int().nonnegative(),
  width: z.number().int().positive(),
  height: z.number().int().positive(),
  format: imageProbeSchema.shape.format,
});
/** A page of a source file, as its probe found it. */
export type Source = z.infer<typeof sourceSchema>;

/** What the decoder process is asked: one job at a time, all about one picture. `scratch` begins the names of the files that it may write on the way. */
export const jobSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("probe"), path: z.string(), scratch: z.string(), pdfDpi: z.number().positive() }),
  z.object({
    kind: z.literal("overview"),
    source: sourceSchema,
    scratch: z.string(),
    maxSide: z.number().int().positive(),
  }),
  z.object({
    kind: z.literal("pyramid"),
    source: sourceSchema,
    scratch: z.string(),
    target: z.string(),
    micronsPerPixel: z.number().nullable(),
  }),
  z.object({ kind: z.literal("samples"), source: sourceSchema, scratch: z.string(), target: z.string() }),
]);
export type Job = z.infer<typeof jobSchema>;
export type ProbeJob = Extract<Job, { kind: "probe" }>;
export type PyramidJob = Extract<Job, { kind: "pyramid" }>;
export type SamplesJob = Extract<Job, { kind: "samples" }>;
export type OverviewJob = Extract<Job, { kind: "overview" }>;

const answerSchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("probe"), probe: imageProbeSchema }),
  z.object({
    kind: z.literal("overview"),
    data: z.custom<Uint8Array>((value) => value instanceof Uint8Array),
    width: z.number().int(),
    height: z.number().int(),
  }),
  z.object({
    kind: z.literal("pyramid"),
    width: z.number().int(),
    height: z.number().int(),
    levels: z.number().int(),
    codec: z.enum(["jpeg", "webp"]),
  }),
  z.object({ kind: z.literal("samples"), bands: z.number().int() }),
]);
/** What a job ends in. */
export type Answer = z.infer<typeof answerSchema>;

/** What the decoder process says: progress from 0 to 1, then one of the others. One that is spent takes no further job. */
export const replySchema = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("progress"), progress: z.number() }),
  z.object({ kind: z.literal("done"), answer: answerSchema, isSpent: z.boolean() }),
  z.object({
    kind: z.literal("failed"),
    code: z.enum(["unsupported-image", "too-large", "storage-failed", "internal"]),
    message: z.string(),
    remedy: z.string().optional(),
  }),
]);
export type Reply = z.infer<typeof replySchema>;
export type FailedReply = Extract<Reply, { kind: "failed" }>;
