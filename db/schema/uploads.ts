import { bigint, index, json, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { UploadRefusal, UploadState } from "#lib/core/api/uploads.ts";
import { createdNow, instant } from "./columns.ts";
import { images } from "./images.ts";

/**
 * Resumable uploads. How many bytes have come is told by the file in the staging folder alone; `sha256` is what the sender states,
 * and once all bytes are there what they have.
 */
export const uploads = pgTable(
  "uploads",
  {
    id: uuid("id").primaryKey(),
    /** `Principal.id` of who began it: nobody else sees it. */
    owner: text("owner").notNull(),
    name: text("name").notNull(),
    collection: text("collection"),
    bytes: bigint("bytes", { mode: "number" }).notNull(),
    sha256: text("sha256"),
    /** The metadata as it was sent, which the protocol gives back in the same order. */
    metadata: json("metadata").$type<Record<string, string | null>>().notNull(),
    state: text("state").$type<UploadState>().notNull(),
    refusal: jsonb("refusal").$type<UploadRefusal>(),
    imageId: uuid("image_id").references(() => images.id, { onDelete: "set null" }),
    createdAt: createdNow("created_at"),
    touchedAt: instant("touched_at").notNull().defaultNow(),
  },
  (table) => [index("uploads_owner").on(table.owner), index("uploads_touched").on(table.touchedAt)],
);
