import { boolean, index, pgTable, text, uuid } from "drizzle-orm/pg-core";
import { createdNow, instant } from "./columns.ts";
import { images } from "./images.ts";

/** Links that let whoever has their address see one image, and where it says so its findings; `secret` is what their addresses are signed with. */
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
    createdBy: text("created_by").notNull(),
    createdAt: createdNow("created_at"),
    expiresAt: instant("expires_at").notNull(),
    revokedAt: instant("revoked_at"),
  },
  (table) => [index("image_links_image").on(table.imageId)],
);
