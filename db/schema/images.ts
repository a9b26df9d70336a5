import { sql } from "drizzle-orm";
import { bigint, doublePrecision, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { ImageScale, ImageState, ImportedFrom, Moderation } from "#lib/core/detection/image.ts";
import { createdNow, instant } from "./columns.ts";

/** Groups of images; `providers` are the model providers that may see their pixels (`local` unless widened). */
export const collections = pgTable("collections", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull().unique(),
  providers: text("providers").array().notNull(),
  defaults: jsonb("defaults").$type<Record<string, unknown>>().notNull().default({}),
  createdAt: createdNow("created_at"),
});

/** Size of one page in level-0 pixels, with the number of pyramid levels and, where one is built, the format of its tiles. */
export type PageSize = { width: number; height: number; levels: number; tileFormat?: "jpg" | "webp" };

/** One uploaded source. `sha256` is unique among images that hold bytes: the same bytes twice are one image. */
export const images = pgTable(
  "images",
  {
    id: uuid("id").primaryKey(),
    collectionId: uuid("collection_id")
      .notNull()
      .references(() => collections.id),
    name: text("name").notNull(),
    sha256: text("sha256").unique(),
    bytes: bigint("bytes", { mode: "number" }),
    /** Null where the original is a blob. */
    importedFrom: jsonb("imported_from").$type<ImportedFrom>(),
    format: text("format"),
    pages: jsonb("pages").$type<PageSize[]>().notNull().default([]),
    scale: jsonb("scale").$type<ImageScale>(),
    magnification: doublePrecision("magnification"),
    dropped: text("dropped").array().notNull().default([]),
    state: text("state").$type<ImageState>().notNull(),
    progress: doublePrecision("progress"),
    error: text("error"),
    moderation: jsonb("moderation").$type<Moderation>(),
    tags: text("tags").array().notNull().default([]),
    /** Set when an `ingesting` image has been handed to a workflow, so that it is handed over once. */
    workflowRunId: text("workflow_run_id"),
    /** When a step of its ingest last worked on it: one that is being ingested and unseen for long has lost its workflow, and gets another. */
    seenAt: instant("seen_at").notNull().default(sql`now()`),
    createdAt: createdNow("created_at"),
    deletedAt: instant("deleted_at"),
  },
  (table) => [index("images_created").on(table.createdAt.desc(), table.id), index("images_state").on(table.state)],
);
