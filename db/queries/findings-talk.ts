import type { PoolClient } from "pg";

type Queryable = Pick<PoolClient, "query">;

export type CommentRow = { id: string; findingId: string; actor: string; text: string; createdAt: Date };
export type FindingEventRow = {
  actor: string;
  action: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
  createdAt: Date;
};

const COLUMNS = `id, finding_id AS "findingId", actor, text, created_at AS "createdAt"`;

/** Adds a remark. Null where there is one of that id already. */
export async function insertComment(
  client: Queryable,
  comment: { id: string; findingId: string; actor: string; text: string },
): Promise<CommentRow | null> {
  const { rows } = await client.query<CommentRow>(
    `INSERT INTO comments (id, finding_id, actor, text) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING RETURNING ${COLUMNS}`,
    [comment.id, comment.findingId, comment.actor, comment.text],
  );
  return rows[0] ?? null;
}

/** Remarks on a finding, oldest first. */
export async function listComments(client: Queryable, findingId: string): Promise<CommentRow[]> {
  const { rows } = await client.query<CommentRow>(
    `SELECT ${COLUMNS} FROM comments WHERE finding_id = $1 ORDER BY created_at, id`,
    [findingId],
  );
  return rows;
}

/** What happened to a finding, oldest first. */
export async function listFindingEvents(client: Queryable, findingId: string): Promise<FindingEventRow[]> {
  const { rows } = await client.query<FindingEventRow>(
    `SELECT actor, action, before, after, created_at AS "createdAt" FROM finding_events WHERE finding_id = $1 ORDER BY id`,
    [findingId],
  );
  return rows;
}
