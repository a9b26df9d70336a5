import { sql } from "drizzle-orm";
import { boolean, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { createdNow } from "./columns.ts";

/**
 * The Ed25519 keys of the installation's reports. One of them signs; the others were a host's own before hosts had one in common,
 * and are kept so that the reports which they signed are known.
 */
export const reportKeys = pgTable(
  "report_keys",
  {
    /** Raw, in base64url. */
    publicKey: text("public_key").primaryKey(),
    /** PKCS #8 as PEM. No route, page, log or command line gives it away. */
    privateKey: text("private_key").notNull(),
    signs: boolean("signs").notNull(),
    createdAt: createdNow("created_at"),
  },
  (table) => [uniqueIndex("report_keys_signs").on(table.signs).where(sql`${table.signs}`)],
);
