import type { PoolClient } from "pg";

/**
 * A place in the outbox. Rows are ordered by (transaction id, serial): serials alone become visible out of order, and a reader
 * that trusted them would skip what commits late. Below the snapshot's xmin every transaction has ended, so nothing can appear
 * behind a position that was read.
 */
export type OutboxPosition = { xid: bigint; id: bigint };

export type OutboxRow = {
  position: OutboxPosition;
  imageId: string;
  runId: string | null;
  /** When the transaction that wrote it began. */
  at: Date;
  event: unknown;
};

type Queryable = Pick<PoolClient, "query">;

/** `xid-id`, as it travels in Last-Event-ID. */
export function formatPosition(position: OutboxPosition): string {
  return `${position.xid}-${position.id}`;
}

/** Reads what `formatPosition` wrote; null where it is something else. */
export function parsePosition(text: string): OutboxPosition | null {
  const match = /^(\d{1,20})-(\d{1,20})$/.exec(text);
  return match?.[1] && match[2] ? { xid: BigInt(match[1]), id: BigInt(match[2]) } : null;
}

/** Negative where `a` comes before `b`. */
export function comparePositions(a: OutboxPosition, b: OutboxPosition): number {
  if (a.xid !== b.xid) return a.xid < b.xid ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** The position before everything that is still to come. */
export async function currentPosition(client: Queryable): Promise<OutboxPosition> {
  const { rows } = await client.query<{ xmin: string }>("SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xmin");
  return { xid: BigInt(rows[0]?.xmin ?? 0), id: 0n };
}

type RawRow = { xid: string; id: string; image_id: string; run_id: string | null; created_at: Date; event: unknown };

function toRow(row: RawRow): OutboxRow {
  return {
    position: { xid: BigInt(row.xid), id: BigInt(row.id) },
    imageId: row.image_id,
    runId: row.run_id,
    at: row.created_at,
    event: row.event,
  };
}

/** Settled rows after `position`, in order, at most `limit`; `unsettled` says that more is committed or about to be. */
export async function readOutbox(
  client: Queryable,
  position: OutboxPosition,
  limit: number,
): Promise<{ rows: OutboxRow[]; unsettled: boolean }> {
  const { rows } = await client.query<RawRow>(
    `SELECT xid::text, id::text, image_id, run_id, created_at, event FROM outbox
      WHERE (xid, id) > ($1::xid8, $2::bigint) AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY outbox.xid, outbox.id LIMIT $3`,
    [String(position.xid), String(position.id), limit],
  );
  const later = await client.query<{ found: boolean }>(
    "SELECT EXISTS (SELECT 1 FROM outbox WHERE xid >= pg_snapshot_xmin(pg_current_snapshot())) AS found",
  );
  return { rows: rows.map(toRow), unsettled: rows.length === limit || later.rows[0]?.found === true };
}

/** Settled rows of one run or image after `position`, up to and including `until`, at most `limit`. */
export async function readHistory(
  client: Queryable,
  scope: { runId: string } | { imageId: string },
  position: OutboxPosition,
  until: OutboxPosition,
  limit: number,
): Promise<OutboxRow[]> {
  const [column, id] = "runId" in scope ? ["run_id", scope.runId] : ["image_id", scope.imageId];
  const { rows } = await client.query<RawRow>(
    `SELECT xid::text, id::text, image_id, run_id, created_at, event FROM outbox
      WHERE ${column} = $1 AND (xid, id) > ($2::xid8, $3::bigint) AND (xid, id) <= ($4::xid8, $5::bigint)
        AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY outbox.xid, outbox.id LIMIT $6`,
    [id, String(position.xid), String(position.id), String(until.xid), String(until.id), limit],
  );
  return rows.map(toRow);
}

/** Settled rows of a run after `position` with their times, at most `limit`; without those of findings. */
export async function readRunHistory(
  client: Queryable,
  runId: string,
  position: OutboxPosition,
  limit: number,
): Promise<OutboxRow[]> {
  const { rows } = await client.query<RawRow>(
    `SELECT xid::text, id::text, image_id, run_id, created_at, event FROM outbox
      WHERE run_id = $1 AND (xid, id) > ($2::xid8, $3::bigint) AND event->>'kind' <> 'findings'
        AND xid < pg_snapshot_xmin(pg_current_snapshot())
      ORDER BY outbox.xid, outbox.id LIMIT $4`,
    [runId, String(position.xid), String(position.id), limit],
  );
  return rows.map(toRow);
}
