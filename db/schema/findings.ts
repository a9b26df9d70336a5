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
  real,
  text,
  unique,
  uuid,
} from "drizzle-orm/pg-core";
import type {
  FINDING_SOURCES,
  FindingGroup,
  Geometry,
  Measurements,
  Member,
  ReviewState,
} from "#lib/core/detection/finding.ts";
import { bytea, createdNow, instant, pgBox, xid8 } from "./columns.ts";
import { images } from "./images.ts";
import { imports } from "./imports.ts";
import { runs } from "./runs.ts";

/** What the reader sees: merged detections, or shapes drawn by a person or imported. Geometry in level-0 pixels of its page. */
export const findings = pgTable(
  "findings",
  {
    id: uuid("id").primaryKey(),
    imageId: uuid("image_id")
      .notNull()
      .references(() => images.id, { onDelete: "cascade" }),
    runId: uuid("run_id").references(() => runs.id, { onDelete: "cascade" }),
    page: integer("page").notNull().default(0),
    x: doublePrecision("x").notNull(),
    y: doublePrecision("y").notNull(),
    width: doublePrecision("width").notNull(),
    height: doublePrecision("height").notNull(),
    box: pgBox("box").generatedAlwaysAs(sql`box(point(x, y), point(x + width, y + height))`),
    geometry: jsonb("geometry").$type<Geometry>(),
    label: text("label").notNull(),
    modelLabel: text("model_label"),
    /** What stands there, of a word. */
    text: text("text"),
    measurements: jsonb("measurements").$type<Measurements>(),
    score: real("score"),
    /** Of the tiles that show it whole, the part that did not detect it, 0…1; null where fewer than two do. */
    disagreement: real("disagreement"),
    source: text("source").$type<(typeof FINDING_SOURCES)[number]>().notNull(),
    review: text("review").$type<ReviewState>().notNull().default("unreviewed"),
    /** A person changed the shape: a merge keeps it. */
    reshaped: boolean("reshaped").notNull().default(false),
    /** Guarded against being reshaped or removed by a slip of the hand. */
    locked: boolean("locked").notNull().default(false),
    provisional: boolean("provisional").notNull().default(false),
    members: jsonb("members").$type<Member[]>().notNull().default([]),
    version: integer("version").notNull().default(1),
    /** The import that brought it in. */
    importId: uuid("import_id").references(() => imports.id, { onDelete: "cascade" }),
    createdBy: text("created_by"),
    createdAt: createdNow("created_at"),
    updatedAt: createdNow("updated_at"),
    deletedAt: instant("deleted_at"),
  },
  (table) => [
    index("findings_place").using("gist", table.imageId, table.box).where(sql`deleted_at is null`),
    index("findings_import").on(table.importId).where(sql`import_id is not null`),
    index("findings_run").on(table.runId, table.id),
    index("findings_image").on(table.imageId, table.id).where(sql`deleted_at is null`),
  ],
);

/** Everything that happened to a finding by a person's hand or by a merge, append-only: history, undo, restore. */
export const findingEvents = pgTable(
  "finding_events",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    findingId: uuid("finding_id").notNull(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    before: jsonb("before").$type<Record<string, unknown>>(),
    after: jsonb("after").$type<Record<string, unknown>>(),
    /** What its sender calls the change (of a bulk decision: all its entries alike), so that one that is sent again is known. */
    writeId: uuid("write_id"),
    /** Decided in random order: what an unbiased estimate may be built on. */
    sampled: boolean("sampled").notNull().default(false),
    createdAt: createdNow("created_at"),
  },
  (table) => [
    index("finding_events_finding").on(table.findingId, table.id),
    index("finding_events_write").on(table.writeId).where(sql`write_id is not null`),
    index("finding_events_sampled").on(table.findingId).where(sql`sampled`),
  ],
);

/** Who has which finding before them in review, until when: two people never decide on one at the same time. */
export const reviewHolds = pgTable(
  "review_holds",
  {
    findingId: uuid("finding_id")
      .primaryKey()
      .references(() => findings.id, { onDelete: "cascade" }),
    /** The person and the page of theirs that holds it. */
    holder: text("holder").notNull(),
    until: instant("until").notNull(),
  },
  (table) => [index("review_holds_holder").on(table.holder), index("review_holds_until").on(table.until)],
);

/**
 * The viewer tile of a whole page of a run with so many findings that it tells where they lie how densely: all of them have to be read
 * for it. True as long as no transaction from `as_of` on has told of findings of the run.
 */
export const findingDensities = pgTable(
  "finding_densities",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    page: integer("page").notNull(),
    asOf: xid8("as_of").notNull(),
    tile: bytea("tile").notNull(),
  },
  (table) => [primaryKey({ columns: [table.runId, table.page] })],
);

/**
 * How many findings a run with very many has, of one page or (null) of all, and where somebody asked for them the numbers by class, review and
 * score: every row has to be read for them. True as `finding_densities` are.
 */
export const findingCounts = pgTable(
  "finding_counts",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    page: integer("page"),
    asOf: xid8("as_of").notNull(),
    total: integer("total").notNull(),
    groups: jsonb("groups").$type<FindingGroup[]>(),
  },
  (table) => [unique("finding_counts_of").on(table.runId, table.page).nullsNotDistinct()],
);

/** Tiles in which a person has marked everything: what recall is estimated on. */
export const searchedTiles = pgTable(
  "searched_tiles",
  {
    runId: uuid("run_id")
      .notNull()
      .references(() => runs.id, { onDelete: "cascade" }),
    index: integer("index").notNull(),
    actor: text("actor").notNull(),
    createdAt: createdNow("created_at"),
  },
  (table) => [primaryKey({ columns: [table.runId, table.index] })],
);

export const comments = pgTable(
  "comments",
  {
    id: uuid("id").primaryKey(),
    findingId: uuid("finding_id")
      .notNull()
      .references(() => findings.id, { onDelete: "cascade" }),
    actor: text("actor").notNull(),
    text: text("text").notNull(),
    createdAt: createdNow("created_at"),
  },
  (table) => [index("comments_finding").on(table.findingId, table.createdAt)],
);
