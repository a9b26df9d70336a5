import { sql } from "drizzle-orm";
import { customType, timestamp } from "drizzle-orm/pg-core";

/** Postgres' own `box`, in level-0 pixels; only ever written by the database (generated columns). */
export const pgBox = customType<{ data: string }>({ dataType: () => "box" });

/** Postgres' 64-bit transaction id. */
export const xid8 = customType<{ data: string }>({ dataType: () => "xid8" });

/** Bytes. */
export const bytea = customType<{ data: Buffer }>({ dataType: () => "bytea" });

/** `timestamptz`, as a Date. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: "date" });

/** `timestamptz not null default now()`. */
export const createdNow = (name: string) => instant(name).notNull().default(sql`now()`);
