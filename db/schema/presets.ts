import { boolean, integer, jsonb, pgTable, text } from "drizzle-orm/pg-core";
import type { PresetBody } from "#lib/core/presets/preset.ts";
import { createdNow } from "./columns.ts";

/** Presets that people made, or changed: the built-in ones are in the code, and one of the same id here stands in front of it. */
export const presets = pgTable("presets", {
  id: text("id").primaryKey(),
  version: integer("version").notNull(),
  body: jsonb("body").$type<PresetBody>().notNull(),
  /** Its row stays, so that a version is never given twice. */
  removed: boolean("removed").notNull().default(false),
  changedBy: text("changed_by").notNull(),
  changedAt: createdNow("changed_at"),
});
