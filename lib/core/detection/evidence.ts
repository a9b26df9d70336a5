import { z } from "zod";
import { ESCALATION_REASONS } from "../routing/escalation-settings.ts";
import { boxSchema, FINDING_SOURCES, type Member } from "./finding.ts";
import { runConfigurationSchema } from "./run.ts";

/** What a look at a tile was for: the first by the tile model, or another by the stronger one. */
const LOOK_ROLES = ["tile", "escalation"] as const;
export type LookRole = (typeof LOOK_ROLES)[number];

/** What came of an attempt: an answer that counts, one that could not be read, a refusal for now, or none. */
const LOOK_OUTCOMES = ["answered", "unreadable", "throttled", "failed"] as const;
export type LookOutcome = (typeof LOOK_OUTCOMES)[number];

/** A raw box as a model said it, in level-0 pixels, at its position in the reply. */
const rawBoxSchema = z.object({ position: z.number().int(), box: boxSchema, label: z.string(), score: z.number() });

/** An attempt at a tile: what a hosted model was asked, said and used. Of embedded models, only the look that another took the place of. */
const lookSchema = z.object({
  attempt: z.number().int(),
  role: z.enum(LOOK_ROLES),
  model: z.string(),
  outcome: z.enum(LOOK_OUTCOMES),
  error: z.string().nullable(),
  /** Which version of the words, and the words. Null of embedded models, which are asked in none. */
  wording: z.string().nullable(),
  prompt: z.string().nullable(),
  /** Replies in order, each cut to 16 KB; the last counts. */
  replies: z.array(z.string()),
  calls: z.number().int(),
  tokens: z.object({ input: z.number(), output: z.number() }),
  cost: z.number().nullable(),
  modelMs: z.number().nullable(),
  at: z.iso.datetime(),
  /** What it had detected, where another look took its place. */
  superseded: z.array(rawBoxSchema).nullable(),
});
export type Look = z.infer<typeof lookSchema>;

const evidenceTileSchema = z.object({
  index: z.number().int(),
  x: z.number(),
  y: z.number(),
  width: z.number(),
  height: z.number(),
  wholePicture: z.boolean(),
  /** The model whose boxes these are. */
  model: z.string().nullable(),
  escalated: z.enum(ESCALATION_REASONS).nullable(),
  attempts: z.number().int(),
  refusals: z.number().int(),
  /** Milliseconds of the last attempt: in the queue, the model alone, and all up to the commit. */
  queueMs: z.number().nullable(),
  modelMs: z.number().nullable(),
  latencyMs: z.number().nullable(),
  tokens: z.number(),
  cost: z.number().nullable(),
  finishedAt: z.iso.datetime().nullable(),
  /** The boxes that went into the finding. */
  boxes: z.array(rawBoxSchema),
  looks: z.array(lookSchema),
});
export type EvidenceTile = z.infer<typeof evidenceTileSchema>;

/** The run whose models found it: who asked for it, and how it was configured. */
const evidenceRunSchema = z.object({
  id: z.uuid(),
  createdBy: z.string(),
  createdAt: z.iso.datetime(),
  configuration: runConfigurationSchema,
  allowedProviders: z.array(z.string()),
});
export type EvidenceRun = z.infer<typeof evidenceRunSchema>;

/** All that a finding rests on. A finding that was drawn or imported has no run's tiles. */
export const evidenceSchema = z.object({
  findingId: z.uuid(),
  imageId: z.uuid(),
  page: z.number().int(),
  box: boxSchema,
  source: z.enum(FINDING_SOURCES),
  run: evidenceRunSchema.nullable(),
  /** The part of the picture around it: region in level-0 pixels, and where it is served. */
  crop: z.object({ region: boxSchema, href: z.string() }),
  /** At most 100 of them, in order. */
  tiles: z.array(evidenceTileSchema),
  tilesTotal: z.number().int(),
});
export type Evidence = z.infer<typeof evidenceSchema>;

/** In a file of many findings: what one of them rests on, as positions among the raw boxes of tiles that the file holds once for all. */
export type EvidenceLink = { run: string; members: readonly Member[]; crop: Evidence["crop"] };
