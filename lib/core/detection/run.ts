import { z } from "zod";
import {
  ESCALATION_REASONS,
  escalationPlanSchema,
  escalationRequestSchema,
  escalationSettingsSchema,
} from "../routing/escalation-settings.ts";
import { skipRulesSchema } from "../tiling/background.ts";
import { classColoursSchema } from "./class-colour.ts";
import { examplesSchema } from "./examples.ts";

export const RUN_STATES = [
  "queued",
  "planning",
  "running",
  "paused",
  "synthesizing",
  "completed",
  "partial",
  "failed",
  "cancelled",
  "blocked",
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** States in which work on a run goes on. */
export const WORKING_STATES: readonly RunState[] = ["queued", "planning", "running", "synthesizing"];

/** States in which a run will not change by itself any more. */
export const END_STATES: readonly RunState[] = ["completed", "partial", "failed", "cancelled", "blocked"];

/** Orders in which runs can be listed: those that go on come first in `state`, the largest first in `tiles`. */
export const RUN_SORTS = ["newest", "oldest", "picture", "state", "tiles"] as const;
export type RunSort = (typeof RUN_SORTS)[number];

export const TILE_STATES = ["pending", "running", "done", "failed", "skipped"] as const;
export type TileState = (typeof TILE_STATES)[number];

/** The most tiles of a run that can be asked to be at work at once. */
export const MOST_AT_ONCE = 1024;

/** Model ids read `provider:model`. */
export const modelIdSchema = z
  .string()
  .regex(/^[a-z0-9-]+:.+$/, "a model id reads provider:model, e.g. local:centernet");

/**
 * Tile side in level-0 pixels with overlap as a fraction of it, or columns × rows. `level`: tiles are read at half the resolution for each,
 * as the pyramid's level of that number holds them; absent: as they are.
 */
export const tilingSchema = z.union([
  z.strictObject({
    tile: z.number().int().min(16).max(16_384),
    overlap: z.number().min(0).max(0.9).default(0.2),
    level: z.number().int().min(0).max(12).optional(),
  }),
  z.strictObject({
    columns: z.number().int().min(1).max(4096),
    rows: z.number().int().min(1).max(4096),
    overlap: z.number().min(0).max(0.9).default(0.2),
  }),
]);
export type Tiling = z.infer<typeof tilingSchema>;

export const mergeSettingsSchema = z.strictObject({
  method: z.enum(["nms", "nmm", "greedy-nmm"]),
  metric: z.enum(["iou", "ios"]),
  threshold: z.number().min(0).max(1),
});
export type MergeSettings = z.infer<typeof mergeSettingsSchema>;

/** A version of a run's findings: how its raw detections were merged, who asked for it, and when. */
const runMergeSchema = z.object({
  settings: mergeSettingsSchema,
  actor: z.string(),
  createdAt: z.iso.datetime(),
});
export type RunMerge = z.infer<typeof runMergeSchema>;

const ring = z.array(z.tuple([z.number(), z.number()])).min(4);
/** A GeoJSON polygon in level-0 pixels. */
export const regionSchema = z.strictObject({ type: z.literal("Polygon"), coordinates: z.array(ring).min(1) });
export type Region = z.infer<typeof regionSchema>;

export const retrySettingsSchema = z.strictObject({
  attempts: z.number().int().min(1).max(50).default(5),
  timeoutMs: z.number().int().min(100).max(3_600_000).default(60_000),
  backoffMs: z.number().int().min(1).max(3_600_000).default(1000),
});

/** What a run may spend at most: model calls, tokens in and out, US dollars. It stops cleanly with what it has. */
const budgetSchema = z
  .strictObject({
    calls: z.number().int().positive(),
    tokens: z.number().int().positive(),
    cost: z.number().positive(),
  })
  .partial();
export type Budget = z.infer<typeof budgetSchema>;

/** What a caller may ask of a run: every field optional, the preset and the defaults fill in the rest. */
export const runRequestSchema = z.strictObject({
  preset: z.string().optional(),
  tiling: tilingSchema.optional(),
  pages: z.array(z.number().int().nonnegative()).min(1).optional(),
  region: regionSchema.optional(),
  model: modelIdSchema.optional(),
  /** Looks again at tiles of which the tile model is unsure; null: none, also where the preset names one. */
  escalationModel: modelIdSchema.nullable().optional(),
  escalation: escalationRequestSchema.optional(),
  /** Writes the scene; null: the installation itself does, also where the preset names a model. */
  synthesisModel: modelIdSchema.nullable().optional(),
  /** Judges what the run covers before it is looked at; null: none does, also where the preset names one. */
  moderationModel: modelIdSchema.nullable().optional(),
  prompt: z.string().max(20_000).optional(),
  classes: z.array(z.string().trim().min(1).max(200)).max(1000).optional(),
  minScore: z.number().min(0).max(1).optional(),
  thresholds: z.record(z.string(), z.number().min(0).max(1)).optional(),
  merge: mergeSettingsSchema.optional(),
  concurrency: z.number().int().min(1).max(MOST_AT_ONCE).optional(),
  retry: retrySettingsSchema.partial().optional(),
  budget: budgetSchema.optional(),
  skipBackground: z.boolean().optional(),
  /** What counts as background. */
  skipRules: skipRulesSchema.optional(),
  colours: classColoursSchema.optional(),
  wholePicture: z.boolean().optional(),
  /** Look at the parts of each tile, too, for what is small in it; refused where the model looks at one scale. */
  multiScale: z.boolean().optional(),
  allowProviders: z.array(z.string()).optional(),
});
export type RunRequest = z.infer<typeof runRequestSchema>;

/** The frozen configuration of a run: complete, stored with it, never changed. Versioned so that old runs stay readable. */
export const runConfigurationSchema = z.object({
  version: z.literal(1),
  preset: z.string(),
  /** Which version of it; absent in runs of releases whose presets had none. */
  presetVersion: z.number().int().optional(),
  /** What people called it then; absent where that is what it is called as it comes. */
  presetTitle: z.string().optional(),
  tiling: tilingSchema,
  pages: z.array(z.number().int().nonnegative()),
  region: regionSchema.nullable(),
  model: modelIdSchema,
  /** Looks again at tiles of which `model` is unsure, by the rule of `escalation`; absent: none does. */
  escalationModel: modelIdSchema.optional(),
  escalation: escalationSettingsSchema.optional(),
  synthesisModel: modelIdSchema,
  /** Named: the run asks moderation again with this model, beside the verdict of ingest. */
  moderationModel: modelIdSchema.nullable(),
  prompt: z.string().nullable(),
  classes: z.array(z.string()),
  minScore: z.number(),
  /** Least score of a class where it is another than `minScore`. */
  thresholds: z.record(z.string(), z.number()).optional(),
  merge: mergeSettingsSchema,
  retry: retrySettingsSchema,
  /** Absent in runs of releases that knew no budgets. */
  budget: budgetSchema.nullish(),
  wholePicture: z.boolean(),
  /** The parts of each tile are looked at, too. Absent: not. */
  multiScale: z.literal(true).optional(),
  /** Tiles that hold nothing are not looked at. Absent in runs of releases that looked at all. */
  skipBackground: z.boolean().optional(),
  /** What counts as background where that is not all that is known. */
  skipRules: skipRulesSchema.optional(),
  /** Colours of classes where they are others than every class has anyway. */
  colours: classColoursSchema.optional(),
  /** What a model that learns from examples was given; absent for all others. */
  examples: examplesSchema.optional(),
});
export type RunConfiguration = z.infer<typeof runConfigurationSchema>;

/**
 * What the limiter of a run's model is doing: doubling since nothing was refused yet, near the limit it found, holding still because the
 * provider asked to wait, or not calling at all because the provider does not answer (`broken`).
 */
export const LIMIT_PHASES = ["doubling", "steady", "holding", "broken"] as const;
export type LimitPhase = (typeof LIMIT_PHASES)[number];

/** A sentence of the scene with what it rests on. */
export const sceneSchema = z.object({
  model: z.string(),
  title: z.string(),
  sentences: z.array(
    z.object({ text: z.string(), findings: z.array(z.uuid()), tiles: z.array(z.number().int().nonnegative()) }),
  ),
});
export type Scene = z.infer<typeof sceneSchema>;

/** What passed between us and the model that wrote a run's scene. */
const synthesisRecordSchema = z.object({
  model: z.string(),
  calls: z.number().int(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  cost: z.number().nullable(),
  /** Which wording it was asked in, and what it answered, each reply cut to 16 KB. */
  wording: z.string().nullable(),
  replies: z.array(z.string()),
  /** Sentences that the facts do not bear out, with why. */
  cut: z.array(z.object({ text: z.string(), why: z.string() })),
});
export type SynthesisRecord = z.infer<typeof synthesisRecordSchema>;

/** What a model did for a run. `tiles`: those whose findings are its, or none for moderation and the scene. */
const modelShareSchema = z.object({
  role: z.enum(["moderation", "tile", "escalation", "synthesis"]),
  model: z.string(),
  tiles: z.number().int(),
  /** Calls as the provider counts them: repairs and refusals among them. */
  calls: z.number().int(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  cost: z.number().nullable(),
});
export type ModelShare = z.infer<typeof modelShareSchema>;

/** How many tiles of a run are in each state. */
export const tileCountsSchema = z.object({
  pending: z.number(),
  running: z.number(),
  done: z.number(),
  failed: z.number(),
  skipped: z.number(),
});
export type TileCounts = z.infer<typeof tileCountsSchema>;

const percentilesSchema = z.object({ p50: z.number().nullable(), p95: z.number().nullable() });

/** Figures over all tiles of a run. Milliseconds of tiles that are done: all from its place in flight to the commit, in the queue since it was due, and the model alone. */
const runFiguresSchema = z.object({
  tiles: tileCountsSchema,
  latencyMs: percentilesSchema,
  queueMs: percentilesSchema,
  modelMs: percentilesSchema,
  retries: z.number(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  cost: z.number().nullable(),
  /** What each model did and used. */
  models: z.array(modelShareSchema),
  /** Tiles that went to the stronger model by reason; null where the run has none. */
  escalated: z.record(z.enum(ESCALATION_REASONS), z.number().int()).nullable(),
});
export type RunFigures = z.infer<typeof runFiguresSchema>;

/** A run as the API shows it. */
export const runSchema = z.object({
  id: z.uuid(),
  imageId: z.uuid(),
  imageName: z.string(),
  state: z.enum(RUN_STATES),
  reason: z.string().nullable(),
  /** As it was frozen, but for how it is merged, where a later version of that is in force. */
  configuration: runConfigurationSchema,
  /** How its raw detections were merged, oldest first; the last is in force. */
  merges: z.array(runMergeSchema).min(1),
  ...runFiguresSchema.shape,
  findings: z.number(),
  throttled: z.number(),
  concurrency: z.object({
    cap: z.number(),
    inForce: z.number(),
    phase: z.enum(LIMIT_PHASES),
    reason: z.string().nullable(),
  }),
  scene: sceneSchema.nullable(),
  /** Null: no scene was written, or by the installation itself. */
  synthesis: synthesisRecordSchema.nullable(),
  /** What the rule of escalation made of the first looks; null: they are not all done, or there is no stronger model. */
  escalation: escalationPlanSchema.nullable(),
  /** Providers that were allowed to see the picture by starting this run. */
  allowedProviders: z.array(z.string()),
  createdAt: z.iso.datetime(),
  startedAt: z.iso.datetime().nullable(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Run = z.infer<typeof runSchema>;

/** A row of the tile ledger as the API shows it. Rectangles are level-0 pixels. */
export const tileSchema = z.object({
  index: z.number().int(),
  page: z.number().int(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  wholePicture: z.boolean(),
  state: z.enum(TILE_STATES),
  attempts: z.number().int(),
  /** How often the provider refused it for now (429, 503). */
  refusals: z.number().int(),
  queueMs: z.number().nullable(),
  modelMs: z.number().nullable(),
  latencyMs: z.number().nullable(),
  tokens: z.number(),
  cost: z.number().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  detections: z.number().int(),
  model: z.string().nullable(),
  error: z.string().nullable(),
  /** Why the stronger model looks, or looked, at it; null: the tile model alone did. */
  escalated: z.enum(ESCALATION_REASONS).nullable(),
});
export type Tile = z.infer<typeof tileSchema>;
