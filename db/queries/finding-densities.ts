import type { PoolClient } from "pg";

type Queryable = Pick<PoolClient, "query">;

/** A page of a run of an image. */
export type DensityPlace = { imageId: string; runId: string; page: number };

/** The number below which all transactions have ended: what they did is seen from now on. */
export async function transactionsEnded(client: Queryable): Promise<string> {
  const { rows } = await client.query<{ xmin: string }>("SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin");
  return rows[0]?.xmin ?? "0";
}

/** SQL: since a row of `kept` was counted (`run_id`, `as_of`), nobody has told of findings of its run. */
export const untoldSince = (kept: string): string =>
  `NOT EXISTS (SELECT FROM outbox o WHERE o.run_id = ${kept}.run_id AND o.xid >= ${kept}.as_of AND o.event->>'kind' = 'findings')`;

/** The density tile of a page that was kept, unless findings of its run were told of since; null where there is none. */
export async function keptDensity(
  client: Queryable,
  { imageId, runId, page }: DensityPlace,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const { rows } = await client.query<{ tile: Buffer }>(
    `SELECT d.tile FROM finding_densities d JOIN runs r ON r.id = d.run_id
      WHERE d.run_id = $1 AND d.page = $2 AND r.image_id = $3
        AND ${untoldSince("d")}`,
    [runId, page, imageId],
  );
  // A copy: what the driver answers lies somewhere in a larger buffer.
  return rows[0] ? Uint8Array.from(rows[0].tile) : null;
}

/** Keeps the density tile of a page, counted when all transactions below `asOf` had ended. Later ones win; one of a run that went is dropped. */
export async function keepDensity(
  client: Queryable,
  { runId, page }: DensityPlace,
  { asOf, tile }: { asOf: string; tile: Uint8Array },
): Promise<void> {
  await client.query(
    `INSERT INTO finding_densities AS d (run_id, page, as_of, tile) SELECT id, $2, $3::xid8, $4 FROM runs WHERE id = $1
      ON CONFLICT (run_id, page) DO UPDATE SET as_of = excluded.as_of, tile = excluded.tile WHERE d.as_of < excluded.as_of`,
    [runId, page, asOf, Buffer.from(tile.buffer, tile.byteOffset, tile.byteLength)],
  );
}
