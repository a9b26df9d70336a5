import { bigint, index, integer, jsonb, pgTable, primaryKey, text, uuid } from "drizzle-orm/pg-core";
import type { Role } from "#lib/core/access/role.ts";
import { createdNow, instant } from "./columns.ts";

export const users = pgTable("users", {
  id: uuid("id").primaryKey(),
  email: text("email").notNull().unique(),
  role: text("role").$type<Role>().notNull(),
  createdAt: createdNow("created_at"),
  disabledAt: instant("disabled_at"),
});

/** One-time sign-in links; the token is kept as SHA-256 only. */
export const signInLinks = pgTable("sign_in_links", {
  tokenHash: text("token_hash").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  expiresAt: instant("expires_at").notNull(),
  usedAt: instant("used_at"),
});

/** Browser sessions; the cookie's value is kept as SHA-256 only. */
export const sessions = pgTable("sessions", {
  tokenHash: text("token_hash").primaryKey(),
  userId: uuid("user_id")
    .notNull()
    .references(() => users.id, { onDelete: "cascade" }),
  createdAt: createdNow("created_at"),
  expiresAt: instant("expires_at").notNull(),
});

/** API tokens: shown once, kept as SHA-256 only. */
export const tokens = pgTable("tokens", {
  id: uuid("id").primaryKey(),
  name: text("name").notNull(),
  tokenHash: text("token_hash").notNull().unique(),
  role: text("role").$type<Role>().notNull(),
  createdBy: text("created_by").notNull(),
  createdAt: createdNow("created_at"),
  lastUsedAt: instant("last_used_at"),
  revokedAt: instant("revoked_at"),
});

/** Who did what to what, append-only. */
export const auditLog = pgTable(
  "audit_log",
  {
    id: bigint("id", { mode: "number" }).primaryKey().generatedAlwaysAsIdentity(),
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    subject: text("subject").notNull(),
    details: jsonb("details").$type<Record<string, unknown>>(),
    createdAt: createdNow("created_at"),
  },
  (table) => [index("audit_log_subject").on(table.subject)],
);

/** Answers already given under an `Idempotency-Key`. */
export const idempotencyKeys = pgTable(
  "idempotency_keys",
  {
    actor: text("actor").notNull(),
    key: text("key").notNull(),
    requestHash: text("request_hash").notNull(),
    status: integer("status").notNull(),
    body: jsonb("body").notNull(),
    createdAt: createdNow("created_at"),
  },
  (table) => [primaryKey({ columns: [table.actor, table.key] })],
);
