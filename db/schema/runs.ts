import { sql } from "drizzle-orm";
import {
  bigint,
  boolean,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uuid,
} from "drizzle-orm/pg-core";
import type { LookOutcome, LookRole } from "#lib/core/detection/evidence.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import type { Moderation } from "#lib/core/detection/image.ts";
import type {
  RunConfiguration,
  RunFigures,
  RunMerge,
  RunState,
  Scene,
  SynthesisRecord,
  TileState,
} from "#lib/core/detection/run.ts";
import type { EscalationPlan, EscalationReason } from "#lib/core/routing/escalation-settings.ts";
import { FARTHEST_RING } from "#lib/core/tiling/priority.ts";
import { createdNow, instant, xid8 } from "./columns.ts";
import { images } from "./images.ts";

/** One analysis of one image under one frozen configuration. */
export const runs = pgTable(
  "runs",
  {
    id: uuid("id").primaryKey(),
    imageId: uuid("image_id")
      .notNull()
      .references(() => images.id, { onDelete: "cascade" }),
    state: text("state").$type<RunState>().notNull(),
    reason: text("reason"),
    configuration: jsonb("configuration").$type<RunConfiguration>().notNull(),
    /** Later versions of how it is merged, oldest first; the last is in force in place of the configuration's. */
    merges: jsonb("merges").$type<RunMerge[]>().notNull().default([]),
    concurrency: integer("concurrency").notNull(),
    tilesTotal: integer("tiles_total"),
    scene: jsonb("scene").$type<Scene>(),
    /** What the model learnt of each page before its tiles, by number of the page. */
    studied: jsonb("studied").$type<Record<string, unknown>>(),
    /** The verdict of a moderation model that the run itself named. */
    moderation: jsonb("moderation").$type<Moderation>(),
    /** What the rule of escalation made of the first looks; null: they are not all done, or there is no stronger model. */
    escalation: jsonb("escalation").$type<EscalationPlan>(),
    /** What passed between us and the model that wrote the scene, and what was cut of it. */
    synthesis: jsonb("synthesis").$type<SynthesisRecord>(),
    /** Providers that whoever started the run allowed to see the picture with it; the others were allowed before. */
    allowedProviders: text("allowed_providers").array().notNull().default(sql`'{}'`),
    throttled: integer("throttled").notNull().default(0),
    /** Figures over all tiles, kept once the run has ended and none is in hand any more; a new pass takes them away. */
    figures: jsonb("figures").$type<RunFigures>(),
    /** Rises with every resume and retry: the workflow chain of an older pass finds the number moved on, and leaves. */
    pass: integer("pass").notNull().default(0),
    /** The pass whose raw detections the findings were last merged from. */
    mergedPass: integer("merged_pass"),
    /** Set when a `queued` run has been handed to a workflow. */
    workflowRunId: text("workflow_run_id"),
    /** When a step last worked on the run: one that is active and unseen for long has lost its workflow, and gets another. */
    seenAt: instant("seen_at").notNull().default(sql`now()`),
    createdBy: text("created_by").notNull(),
    createdAt: createdNow("created_at"),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
  },
  (table) => [index("runs_image").on(table.imageId, table.createdAt.desc()), index("runs_state").on(table.state)],
);

/** Which workflow run owns group `sequence` of a pass: the start of a group may be delivered twice, only the claimer works. */
export const runGroups = pgTable(
  "run_groups",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    pass: integer("pass").notNull(),
    sequence: integer("sequence").notNull(),
    workflowRunId: text("workflow_run_id").notNull(),
    claimedAt: createdNow("claimed_at"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.pass, table.sequence] })],
);

/**
 * The tile ledger: one row a tile, the unit of retry. Rectangles are level-0 pixels; `readWidth`×`readHeight` is the size
 * in pixels at which the model sees it. `worker` and `attempts` name the holder while `running`.
 */
export const tiles = pgTable(
  "tiles",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    index: integer("index").notNull(),
    page: integer("page").notNull(),
    x: integer("x").notNull(),
    y: integer("y").notNull(),
    width: integer("width").notNull(),
    height: integer("height").notNull(),
    readWidth: integer("read_width").notNull(),
    readHeight: integer("read_height").notNull(),
    wholePicture: boolean("whole_picture").notNull().default(false),
    /** Lower goes first: how many rings of tiles it lies from where someone is looking, see `viewRing`. */
    priority: integer("priority").notNull().default(FARTHEST_RING),
    state: text("state").$type<TileState>().notNull().default("pending"),
    /** How often it was claimed; with `worker` the fence under which a result may be committed. */
    attempts: integer("attempts").notNull().default(0),
    /** Failures that count towards the attempt limit; being handed back by a crash or a pause does not. */
    failures: integer("failures").notNull().default(0),
    /** How often the provider refused it for now; such a refusal says nothing of the tile and does not count as its failure. */
    refusals: integer("refusals").notNull().default(0),
    worker: integer("worker"),
    dueAt: instant("due_at").notNull().default(sql`now()`),
    startedAt: instant("started_at"),
    finishedAt: instant("finished_at"),
    /** Milliseconds of the last attempt: in the queue since it was due until its place in flight, the model alone, and all from there to the commit. */
    queueMs: doublePrecision("queue_ms"),
    modelMs: doublePrecision("model_ms"),
    latencyMs: doublePrecision("latency_ms"),
    /** The model whose detections these are. */
    model: text("model"),
    /** Tokens and US dollars of all attempts. */
    inputTokens: integer("input_tokens"),
    outputTokens: integer("output_tokens"),
    cost: doublePrecision("cost"),
    error: text("error"),
    /** Why the stronger model looks, or looked, at it; null: the tile model alone did. */
    escalated: text("escalated").$type<EscalationReason>(),
    /** Raw detections of the last look that counts, so that a run can be merged again without calling a model. */
    detections: jsonb("detections").$type<Detection[]>(),
  },
  (table) => [
    primaryKey({ columns: [table.runId, table.index] }),
    index("tiles_claim").on(table.runId, table.priority, table.index).where(sql`state = 'pending'`),
    index("tiles_running").on(table.worker).where(sql`state = 'running'`),
  ],
);

/**
 * Attempts at tiles that a hosted model was asked at: what it was asked, said and used. Embedded models have none but for the first look at
 * a tile that went to another model, whose detections are kept here.
 */
export const tileLooks = pgTable(
  "tile_looks",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    index: integer("index").notNull(),
    attempt: integer("attempt").notNull(),
    role: text("role").$type<LookRole>().notNull(),
    model: text("model").notNull(),
    outcome: text("outcome").$type<LookOutcome>().notNull(),
    error: text("error"),
    /** Which wording it was, and the hash of the words in `prompts`. */
    wording: text("wording"),
    prompt: text("prompt"),
    replies: text("replies").array().notNull().default(sql`'{}'`),
    calls: integer("calls").notNull(),
    inputTokens: integer("input_tokens").notNull().default(0),
    outputTokens: integer("output_tokens").notNull().default(0),
    cost: doublePrecision("cost"),
    modelMs: doublePrecision("model_ms"),
    /** What it had detected, where another look took its place. */
    detections: jsonb("detections").$type<Detection[]>(),
    at: createdNow("at"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.index, table.attempt] })],
);

/** The words that models were asked in, by their SHA-256: a run asks for most of its tiles in the same. */
export const prompts = pgTable("prompts", { hash: text("hash").primaryKey(), words: text("words").notNull() });

/** What came of the last real call of a model that somebody tried, or that a run made. */
export const modelTrials = pgTable("model_trials", {
  model: text("model").primaryKey(),
  /** Null: it answered. Else why it cannot be used, with what to do. */
  problem: text("problem"),
  at: createdNow("at"),
});

/**
 * Processes that do work. `id` is also the key of a session advisory lock that the process holds: a row whose lock nobody
 * holds belongs to a dead process, known at once and without clocks.
 */
export const workers = pgTable("workers", {
  id: integer("id").primaryKey().generatedAlwaysAsIdentity(),
  pid: integer("pid").notNull(),
  host: text("host").notNull(),
  startedAt: createdNow("started_at"),
});

/** The outbox: every state change, in the transaction that made it. Read in order of (xid, id) below the snapshot's xmin. */
export const outbox = pgTable(
  "outbox",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    xid: xid8("xid").notNull().default(sql`pg_current_xact_id()`),
    imageId: uuid("image_id").notNull(),
    runId: uuid("run_id"),
    event: jsonb("event").notNull(),
    createdAt: createdNow("created_at"),
  },
  (table) => [index("outbox_order").on(table.xid, table.id), index("outbox_run").on(table.runId, table.xid, table.id)],
);
