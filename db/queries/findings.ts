import type { PoolClient } from "pg";
import type { Finding, Geometry, Measurements, Member, ReviewState } from "#lib/core/detection/finding.ts";

type Queryable = Pick<PoolClient, "query">;

/** A finding's row. Box in level-0 pixels of its page. */
export type FindingRow = {
  id: string;
  imageId: string;
  runId: string | null;
  page: number;
  x: number;
  y: number;
  width: number;
  height: number;
  geometry: Geometry | null;
  label: string;
  modelLabel: string | null;
  text: string | null;
  measurements: Measurements | null;
  score: number | null;
  disagreement: number | null;
  source: Finding["source"];
  review: ReviewState;
  locked: boolean;
  provisional: boolean;
  members: Member[];
  version: number;
  createdBy: string | null;
  updatedAt: Date;
};

export const FINDING_COLUMNS = `f.id, f.image_id AS "imageId", f.run_id AS "runId", f.page, f.x, f.y, f.width, f.height,
  f.geometry, f.label, f.model_label AS "modelLabel", f.text, f.measurements, f.score, f.disagreement, f.source, f.review, f.locked, f.provisional, f.members, f.version,
  f.created_by AS "createdBy", f.updated_at AS "updatedAt"`;

/** The finding, or null where it, or its image, is not there or deleted. With `lock` its row is held to the transaction's end. */
export async function findFinding(client: Queryable, id: string, lock = false): Promise<FindingRow | null> {
  const { rows } = await client.query<FindingRow>(
    `SELECT ${FINDING_COLUMNS} FROM findings f JOIN images ON images.id = f.image_id AND images.deleted_at IS NULL
      WHERE f.id = $1 AND f.deleted_at IS NULL ${lock ? "FOR UPDATE OF f" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}

/** Inserts a finding that a person drew. Null where there is one of that id already, whoever's and wherever. */
export async function insertDrawnFinding(
  client: Queryable,
  finding: {
    id: string;
    imageId: string;
    runId: string | null;
    page: number;
    box: readonly [number, number, number, number];
    geometry: Geometry | null;
    label: string;
    actor: string;
  },
): Promise<FindingRow | null> {
  const { rows } = await client.query<FindingRow>(
    `INSERT INTO findings AS f (id, image_id, run_id, page, x, y, width, height, geometry, label, source, review, created_by)
      VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'person', 'accepted', $11)
      ON CONFLICT (id) DO NOTHING RETURNING ${FINDING_COLUMNS}`,
    [
      finding.id,
      finding.imageId,
      finding.runId,
      finding.page,
      ...finding.box,
      finding.geometry && JSON.stringify(finding.geometry),
      finding.label,
      finding.actor,
    ],
  );
  return rows[0] ?? null;
}

/** Writes what a person changed; the version rises by one. */
export async function updateFinding(
  client: Queryable,
  finding: Pick<FindingRow, "id" | "x" | "y" | "width" | "height" | "geometry" | "label" | "review" | "locked">,
  reshaped: boolean,
): Promise<FindingRow> {
  const { rows } = await client.query<FindingRow>(
    `UPDATE findings AS f SET x = $2, y = $3, width = $4, height = $5, geometry = $6, label = $7, review = $8,
        reshaped = f.reshaped OR $9, locked = $10, version = f.version + 1, updated_at = now()
      WHERE f.id = $1 RETURNING ${FINDING_COLUMNS}`,
    [
      finding.id,
      finding.x,
      finding.y,
      finding.width,
      finding.height,
      finding.geometry && JSON.stringify(finding.geometry),
      finding.label,
      finding.review,
      reshaped,
      finding.locked,
    ],
  );
  const row = rows[0];
  if (!row) throw new Error("the findings table gave no row");
  return row;
}

/** Removes a finding from sight, or brings it back. Null where there is nothing to remove or bring back. */
export async function setFindingDeleted(client: Queryable, id: string, deleted: boolean): Promise<FindingRow | null> {
  const { rows } = await client.query<FindingRow>(
    `UPDATE findings AS f SET deleted_at = CASE WHEN $2 THEN now() END, version = f.version + 1, updated_at = now()
      FROM images WHERE f.id = $1 AND images.id = f.image_id AND images.deleted_at IS NULL
        AND (f.deleted_at IS NULL) = $2 RETURNING ${FINDING_COLUMNS}`,
    [id, deleted],
  );
  return rows[0] ?? null;
}

/** An entry of a finding's history. `writeId` is what the sender calls the change, where it does. */
type NewFindingEvent = {
  findingId: string;
  actor: string;
  action: string;
  before: unknown;
  after: unknown;
  writeId: string | null;
  sampled: boolean;
};

/** Appends to a finding's history. */
export async function insertFindingEvent(client: Queryable, event: NewFindingEvent): Promise<void> {
  await client.query(
    `INSERT INTO finding_events (finding_id, actor, action, before, after, write_id, sampled)
      VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      event.findingId,
      event.actor,
      event.action,
      event.before === null ? null : JSON.stringify(event.before),
      event.after === null ? null : JSON.stringify(event.after),
      event.writeId,
      event.sampled,
    ],
  );
}

/** How many entries of history a change of that name left: more than none says that it was made already. */
export async function countWrites(client: Queryable, writeId: string, actor: string): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    "SELECT count(*)::int AS count FROM finding_events WHERE write_id = $1 AND actor = $2",
    [writeId, actor],
  );
  return rows[0]?.count ?? 0;
}
