import { z } from "zod";
import { boxSchema, FINDING_SOURCES, geometrySchema, REVIEW_STATES } from "./finding.ts";
import { IMAGE_STATES } from "./image.ts";
import { LIMIT_PHASES, RUN_STATES, sceneSchema, TILE_STATES, tileCountsSchema } from "./run.ts";

/** A finding as it travels in an event: enough to draw it. */
const liveFindingSchema = z.object({
  id: z.uuid(),
  page: z.number().int(),
  box: boxSchema,
  label: z.string(),
  score: z.number().nullable(),
  review: z.enum(REVIEW_STATES),
  version: z.number().int(),
  /** Its shape, where a person made the change; null: the box is the shape. Absent: nothing is said of it. */
  geometry: geometrySchema.nullable().optional(),
  source: z.enum(FINDING_SOURCES).optional(),
  /** It has a shape beyond its box, said or not. */
  shaped: z.boolean().optional(),
});
export type LiveFinding = z.infer<typeof liveFindingSchema>;

/**
 * What happened, as one row of the outbox and one server-sent event. `kind` is the event's name.
 * `findings` with `reset: true` says that more changed than an event holds: read the findings anew.
 */
export const eventSchema = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("image"),
    state: z.enum(IMAGE_STATES),
    progress: z.number().nullable(),
    error: z.string().nullable(),
  }),
  z.object({
    kind: z.literal("run"),
    state: z.enum(RUN_STATES),
    reason: z.string().nullable(),
    tilesTotal: z.number().nullable(),
  }),
  z.object({
    kind: z.literal("tile"),
    index: z.number().int(),
    state: z.enum(TILE_STATES),
    attempts: z.number().int(),
    latencyMs: z.number().nullable(),
    detections: z.number().int(),
    throttled: z.boolean(),
    error: z.string().nullable(),
    /** Milliseconds of the attempt: waiting since it was due, and the model alone. */
    queueMs: z.number().nullable().default(null),
    modelMs: z.number().nullable().default(null),
    tokens: z.number().default(0),
    cost: z.number().nullable().default(null),
    /** In how many milliseconds a tile that is pending again is due. */
    retryInMs: z.number().nullable().default(null),
  }),
  /** Tiles that a worker has just taken up. */
  z.object({ kind: z.literal("claimed"), indexes: z.array(z.number().int()) }),
  z.object({
    kind: z.literal("findings"),
    added: z.array(liveFindingSchema),
    removed: z.array(z.uuid()),
    reset: z.boolean(),
  }),
  /** `cap`: what people allow; `inForce`: what the limiter makes of it now; `phase` and `reason` say why. */
  z.object({
    kind: z.literal("limit"),
    cap: z.number(),
    inForce: z.number(),
    phase: z.enum(LIMIT_PHASES).default("steady"),
    reason: z.string().nullable().default(null),
  }),
  z.object({ kind: z.literal("scene"), scene: sceneSchema }),
  /** How far a run is, for those who look at many: about once a second, in place of each tile. Told to listeners alone, never kept. */
  z.object({ kind: z.literal("progress"), tiles: tileCountsSchema, throttled: z.number() }),
]);
export type TesseraEvent = z.infer<typeof eventSchema>;
