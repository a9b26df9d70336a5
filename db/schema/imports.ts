import { index, jsonb, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { createdNow, instant } from "./columns.ts";
import { images } from "./images.ts";

/** Findings that were brought in together, of one file or several, and are undone together. */
export const imports = pgTable(
  "imports",
  {
    id: uuid("id").primaryKey(),
    imageId: uuid("image_id")
      .notNull()
      .references(() => images.id, { onDelete: "cascade" }),
    files: jsonb("files").$type<{ name: string; format: string; added: number }[]>().notNull().default([]),
    createdBy: text("created_by").notNull(),
    createdAt: createdNow("created_at"),
    undoneAt: instant("undone_at"),
  },
  (table) => [index("imports_image").on(table.imageId, table.id)],
);
