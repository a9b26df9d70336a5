import { sql } from "drizzle-orm";
import { doublePrecision, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { instant } from "./columns.ts";

/**
 * What a model may be asked to do, as people set it; null: no limit, or no price known. Prices are US dollars per million tokens.
 * The two balances are token buckets that refill with time up to a few seconds' worth.
 */
export const modelLimits = pgTable("model_limits", {
  model: text("model").primaryKey(),
  /** Calls in flight over all runs and processes. */
  concurrency: integer("concurrency"),
  requestsPerMinute: integer("requests_per_minute"),
  tokensPerMinute: integer("tokens_per_minute"),
  inputPrice: doublePrecision("input_price"),
  outputPrice: doublePrecision("output_price"),
  requestBalance: doublePrecision("request_balance").notNull().default(0),
  tokenBalance: doublePrecision("token_balance").notNull().default(0),
  refilledAt: instant("refilled_at").notNull().default(sql`now()`),
});

/**
 * How the processes share a limit. `scope` is `run:<id>` or `model:<id>`; the shares of all living workers sum to the limit at most,
 * but for calls that were in flight when it was lowered.
 */
export const limitShares = pgTable(
  "limit_shares",
  {
    scope: text("scope").notNull(),
    worker: integer("worker").notNull(),
    share: integer("share").notNull(),
    /** How many it could use now. */
    wanted: integer("wanted").notNull(),
    /** How many its limiter lets it use of them. */
    inForce: integer("in_force").notNull(),
  },
  (table) => [primaryKey({ columns: [table.scope, table.worker] })],
);
