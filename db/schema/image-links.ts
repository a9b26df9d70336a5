import { boolean, index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import type { SharedView } from "#lib/core/api/links.ts";
import { createdNow, instant } from "./columns.ts";
import { images } from "./images.ts";
import { runs } from "./runs.ts";

/**
 * Links that let whoever has their address see one image, and where it says so its findings; or of it just one view, or the report of one run.
 * `secret` is what their addresses are signed with.
 */
export const imageLinks = pgTable(
  "image_links",
  {
    id: uuid("id").primaryKey(),
    imageId: uuid("image_id")
      .notNull()
      .references(() => images.id, { onDelete: "cascade" }),
    name: text("name").notNull(),
    secret: text("secret").notNull(),
    /** The image's findings are seen too, not its picture alone. */
    findings: boolean("findings").notNull().default(false),
    /** The report of this run alone. */
    runId: uuid("run_id").references(() => runs.id, { onDelete: "cascade" }),
    /** This part of the picture alone. */
    view: jsonb("view").$type<SharedView>(),
    createdBy: text("created_by").notNull(),
    createdAt: createdNow("created_at"),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("image_links_image").on(table.imageId)],
);
