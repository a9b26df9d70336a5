import { sql } from "drizzle-orm";
import { bigint, check, index, integer, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { ExportJobState, KeptQuery } from "#lib/core/api/exports.ts";
import { createdNow, instant } from "./columns.ts";
import { collections, images } from "./images.ts";
import { runs } from "./runs.ts";

/**
 * Exports that are written in the background and kept as files until they expire. A worker holds one while it writes; where it dies,
 * another that lives writes it anew.
 */
export const exports = pgTable(
  "exports",
  {
    id: uuid("id").primaryKey(),
    /** Of an image; null: of a collection, all of its images as one set. */
    imageId: uuid("image_id").references(() => images.id, { onDelete: "cascade" }),
    collectionId: uuid("collection_id").references(() => collections.id, { onDelete: "cascade" }),
    /** The findings of one run; null: all of the image's. */
    runId: uuid("run_id").references(() => runs.id, { onDelete: "cascade" }),
    query: jsonb("query").$type<KeptQuery>().notNull(),
    state: text("state").$type<ExportJobState>().notNull().default("queued"),
    worker: integer("worker"),
    attempts: integer("attempts").notNull().default(0),
    /** Findings in it, and how many of them are written. */
    total: integer("total"),
    written: integer("written").notNull().default(0),
    losses: jsonb("losses").$type<string[]>().notNull().default([]),
    fileName: text("file_name"),
    mediaType: text("media_type"),
    bytes: bigint("bytes", { mode: "number" }),
    sha256: text("sha256"),
    error: text("error"),
    createdBy: text("created_by").notNull(),
    createdAt: createdNow("created_at"),
    expiresAt: instant("expires_at").notNull(),
  },
  (table) => [
    index("exports_image").on(table.imageId, table.id),
    index("exports_collection").on(table.collectionId, table.id),
    index("exports_state").on(table.state, table.id),
    check("exports_subject", sql`num_nonnulls(${table.imageId}, ${table.collectionId}) = 1`),
  ],
);
