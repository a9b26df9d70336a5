import type { PoolClient } from "pg";
import type { ModelLimit, NamedModelLimit } from "#lib/core/api/runs.ts";
import { LIVING_WORKERS } from "./workers.ts";

type Queryable = Pick<PoolClient, "query">;

/** Key of the transaction lock under which shares are divided: one process at a time. */
const SHARES_LOCK = 7_465_002;

/** Buckets of budgets per minute hold this many seconds' worth at most: what was not used before is not made up for in a burst. */
const BUCKET_SECONDS = 2;

const LIMIT_COLUMNS = `model, concurrency, requests_per_minute AS "requestsPerMinute", tokens_per_minute AS "tokensPerMinute",
  input_price AS "inputPrice", output_price AS "outputPrice"`;

/** Limits and prices of all models that have any, by name. */
export async function listModelLimits(client: Queryable): Promise<NamedModelLimit[]> {
  const { rows } = await client.query<NamedModelLimit>({
    name: "model-limits",
    text: `SELECT ${LIMIT_COLUMNS} FROM model_limits ORDER BY model`,
  });
  return rows;
}

/** Sets the limits of a model. */
export async function upsertModelLimit(client: Queryable, model: string, limit: ModelLimit): Promise<void> {
  await client.query(
    `INSERT INTO model_limits (model, concurrency, requests_per_minute, tokens_per_minute, input_price, output_price)
      VALUES ($1, $2, $3, $4, $5, $6)
      ON CONFLICT (model) DO UPDATE SET concurrency = $2, requests_per_minute = $3, tokens_per_minute = $4,
        input_price = $5, output_price = $6`,
    [model, limit.concurrency, limit.requestsPerMinute, limit.tokensPerMinute, limit.inputPrice, limit.outputPrice],
  );
}

/**
 * Takes up to `requests` from a model's bucket and books `tokens` that were used, after refilling both by the time that has passed.
 * Answers what was granted, and the token balance, which may be negative.
 */
export async function drawFromBuckets(
  client: Queryable,
  model: string,
  want: { requests: number; usedTokens: number },
): Promise<{ requests: number; tokens: number }> {
  const { rows } = await client.query<{ requests: number; tokens: number }>({
    name: "draw-from-buckets",
    text: `WITH refilled AS (
        SELECT model,
            least(greatest(1, requests_per_minute / 60.0 * $4),
              request_balance + coalesce(requests_per_minute, 0) / 60.0 * passed) AS requests,
            least(tokens_per_minute / 60.0 * $4, token_balance + coalesce(tokens_per_minute, 0) / 60.0 * passed) AS tokens
          FROM (SELECT *, greatest(0, extract(epoch FROM clock_timestamp() - refilled_at)) AS passed
                  FROM model_limits WHERE model = $1 FOR UPDATE) AS locked)
      UPDATE model_limits SET refilled_at = clock_timestamp(),
          request_balance = refilled.requests - least($2, floor(greatest(0, refilled.requests))),
          token_balance = refilled.tokens - $3
        FROM refilled WHERE model_limits.model = refilled.model
        RETURNING least($2, floor(greatest(0, refilled.requests)))::float8 AS requests, token_balance AS tokens`,
    values: [model, want.requests, want.usedTokens, BUCKET_SECONDS],
  });
  return rows[0] ?? { requests: 0, tokens: 0 };
}

/** What a worker holds of a shared limit, and how many it could use. */
export type Share = { scope: string; worker: number; share: number; wanted: number; inForce: number };

/** Serialises the dividing of shares until the transaction ends. */
export async function lockShares(client: Queryable): Promise<void> {
  await client.query("SELECT pg_advisory_xact_lock($1)", [SHARES_LOCK]);
}

/** Shares of living workers in some scopes. */
export async function readShares(client: Queryable, scopes: readonly string[]): Promise<Share[]> {
  const { rows } = await client.query<Share>({
    name: "read-shares",
    text: `SELECT scope, worker, share, wanted, in_force AS "inForce" FROM limit_shares
      WHERE scope = ANY($1) AND worker IN (${LIVING_WORKERS}) ORDER BY scope, worker`,
    values: [scopes],
  });
  return rows;
}

/** Writes what a worker holds. */
export async function writeShares(client: Queryable, shares: readonly Share[]): Promise<void> {
  await client.query({
    name: "write-shares",
    text: `INSERT INTO limit_shares (scope, worker, share, wanted, in_force)
      SELECT * FROM unnest($1::text[], $2::int[], $3::int[], $4::int[], $5::int[])
      ON CONFLICT (scope, worker) DO UPDATE SET share = excluded.share, wanted = excluded.wanted, in_force = excluded.in_force`,
    values: [
      shares.map((share) => share.scope),
      shares.map((share) => share.worker),
      shares.map((share) => share.share),
      shares.map((share) => share.wanted),
      shares.map((share) => share.inForce),
    ],
  });
}

/** A worker lets go of its shares in some scopes. */
export async function dropShares(client: Queryable, worker: number, scopes: readonly string[]): Promise<void> {
  await client.query("DELETE FROM limit_shares WHERE worker = $1 AND scope = ANY($2)", [worker, scopes]);
}
