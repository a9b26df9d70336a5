import { createHash } from "node:crypto";
import type { PoolClient } from "pg";

const BATCH = 5000;

/**
 * How many findings a run has, also rejected ones, and the SHA-256 of what each is, in order of their ids: id, page, box, shape, label, score,
 * decision, text, source and measurements, a JSON array a line. In bounded memory; in a transaction.
 */
export async function fingerprintOfFindings(
  client: PoolClient,
  runId: string,
): Promise<{ count: number; sha256: string }> {
  const hash = createHash("sha256");
  let count = 0;
  await client.query(
    `DECLARE fingerprinted NO SCROLL CURSOR FOR SELECT jsonb_build_array(id, page, x, y, width, height, geometry, label, score, review, text,
        source, measurements)::text AS line FROM findings WHERE run_id = $1 AND deleted_at IS NULL ORDER BY id`,
    [runId],
  );
  for (;;) {
    const { rows } = await client.query<{ line: string }>(`FETCH ${BATCH} FROM fingerprinted`);
    for (const { line } of rows) hash.update(`${line}\n`);
    count += rows.length;
    if (rows.length < BATCH) break;
  }
  await client.query("CLOSE fingerprinted");
  return { count, sha256: hash.digest("hex") };
}
