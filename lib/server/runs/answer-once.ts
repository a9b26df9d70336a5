import { createHash } from "node:crypto";
import { pool } from "#db/client.ts";
import { TesseraError } from "#lib/core/errors.ts";

/** A call that is to be answered once under its `Idempotency-Key`, however often it is sent. */
export type KeyedCall = { actor: string; key: string | null; asked: unknown };

/** While the first of several equal calls is being answered, this status holds its place. */
const PENDING = 0;

/**
 * Does the work once for each key of an actor; a repeated call gets the first answer. Throws `conflict` where the key was used for
 * something else, or where the first call is still being answered.
 */
export async function answerOnce<T>(call: KeyedCall, work: () => Promise<T>): Promise<T> {
  if (call.key === null) return work();
  const hash = createHash("sha256").update(JSON.stringify(call.asked)).digest("hex");
  const taken = await pool().query(
    `INSERT INTO idempotency_keys (actor, key, request_hash, status, body) VALUES ($1, $2, $3, $4, 'null')
      ON CONFLICT DO NOTHING`,
    [call.actor, call.key, hash, PENDING],
  );
  if (taken.rowCount === 0) return repeat<T>(call.actor, call.key, hash);
  try {
    const answer = await work();
    await pool().query("UPDATE idempotency_keys SET status = 201, body = $3 WHERE actor = $1 AND key = $2", [
      call.actor,
      call.key,
      JSON.stringify(answer),
    ]);
    return answer;
  } catch (error) {
    await pool().query("DELETE FROM idempotency_keys WHERE actor = $1 AND key = $2", [call.actor, call.key]);
    throw error;
  }
}

async function repeat<T>(actor: string, key: string, hash: string): Promise<T> {
  const { rows } = await pool().query<{ request_hash: string; status: number; body: T }>(
    "SELECT request_hash, status, body FROM idempotency_keys WHERE actor = $1 AND key = $2",
    [actor, key],
  );
  const first = rows[0];
  if (first?.request_hash !== hash) {
    throw new TesseraError("conflict", "this Idempotency-Key was used for another request", {
      remedy: "use a new key",
    });
  }
  if (first.status === PENDING) {
    throw new TesseraError("conflict", "the first request with this Idempotency-Key is still being answered");
  }
  return first.body;
}
