import type { PoolClient } from "pg";
import type { Detection, Geometry, Measurements, Member } from "#lib/core/detection/finding.ts";
import type { SeenTile } from "#lib/core/merging/disagreement.ts";

type Queryable = Pick<PoolClient, "query">;

/** A raw detection with where it stands: page and `[tile, position]`. */
export type RunDetection = Detection & { page: number; member: Member };

/** Raw detections of a run's finished tiles, of all pages or of one, in order of tile and position. */
export async function readDetections(client: Queryable, runId: string, page?: number): Promise<RunDetection[]> {
  const { rows } = await client.query<{ index: number; page: number; detections: Detection[] }>(
    `SELECT index, page, detections FROM tiles
      WHERE run_id = $1 AND state = 'done' AND detections <> '[]' AND page = coalesce($2, page) ORDER BY index`,
    [runId, page ?? null],
  );
  return rows.flatMap(({ index, page, detections }) =>
    detections.map((detection, position): RunDetection => ({ ...detection, page, member: [index, position] })),
  );
}

/** The tiles of a run that were looked at, but for looks at whole pages, by page. */
export async function readSeenTiles(client: Queryable, runId: string): Promise<(SeenTile & { page: number })[]> {
  const { rows } = await client.query<SeenTile & { page: number }>(
    `SELECT index, page, x, y, width, height FROM tiles WHERE run_id = $1 AND state = 'done' AND NOT whole_picture ORDER BY index`,
    [runId],
  );
  return rows;
}

/** A finding of a run as the merge meets it. `touched`: a person decided, relabelled, reshaped or commented. */
export type ExistingFinding = { id: string; members: Member[]; touched: boolean };

/** Findings that the models of a run made, locked until the transaction ends, in order of id. */
export async function readFindingsOfRun(client: Queryable, runId: string): Promise<ExistingFinding[]> {
  const { rows } = await client.query<ExistingFinding>(
    `SELECT id, members, (review <> 'unreviewed' OR reshaped OR label <> model_label OR deleted_at IS NOT NULL
        OR EXISTS (SELECT 1 FROM comments WHERE comments.finding_id = findings.id)) AS touched
      FROM findings WHERE run_id = $1 AND source = 'model' ORDER BY id FOR UPDATE`,
    [runId],
  );
  return rows;
}

/** A finding after the merge. `returnsToQueue`: several that were decided fell together. */
export type MergedFinding = {
  id: string;
  page: number;
  box: readonly [number, number, number, number];
  label: string;
  score: number;
  geometry: Geometry | null;
  text: string | null;
  measurements: Measurements | null;
  disagreement: number | null;
  members: Member[];
  returnsToQueue: boolean;
};

export type MergePlan = {
  runId: string;
  imageId: string;
  merged: readonly MergedFinding[];
  /** Decided findings that went into another one: their comments and history move there. */
  absorbed: readonly { id: string; into: string }[];
  /** Undecided findings that are gone. */
  vanished: readonly string[];
};

/**
 * Makes `merged` the findings of a run. A shape or label that a person gave stays; so does every decision, unless two of them fell
 * together: then the finding is unreviewed again and its history tells both.
 */
export async function applyMerge(client: Queryable, plan: MergePlan): Promise<void> {
  const returns = plan.merged.filter((finding) => finding.returnsToQueue).map((finding) => finding.id);
  await client.query(
    `INSERT INTO finding_events (finding_id, actor, action, before, after)
      SELECT into_id, 'merge', 'absorbed', jsonb_build_object('id', f.id, 'label', f.label, 'review', f.review), NULL
        FROM unnest($1::uuid[], $2::uuid[]) AS a(from_id, into_id) JOIN findings f ON f.id = a.from_id`,
    [plan.absorbed.map((entry) => entry.id), plan.absorbed.map((entry) => entry.into)],
  );
  await client.query(
    `INSERT INTO finding_events (finding_id, actor, action, before, after)
      SELECT id, 'merge', 'returned-to-queue', jsonb_build_object('review', review), '{"review": "unreviewed"}'
        FROM findings WHERE id = ANY($1::uuid[])`,
    [returns],
  );
  await insertMerged(client, plan);
  await client.query(
    `UPDATE comments SET finding_id = a.into_id FROM unnest($1::uuid[], $2::uuid[]) AS a(from_id, into_id)
      WHERE comments.finding_id = a.from_id`,
    [plan.absorbed.map((entry) => entry.id), plan.absorbed.map((entry) => entry.into)],
  );
  await client.query(
    "UPDATE findings SET review = 'unreviewed', deleted_at = NULL, version = version + 1 WHERE id = ANY($1::uuid[])",
    [returns],
  );
  await client.query("DELETE FROM findings WHERE id = ANY($1::uuid[])", [
    [...plan.vanished, ...plan.absorbed.map((entry) => entry.id)],
  ]);
  await client.query("UPDATE findings SET provisional = false WHERE run_id = $1 AND provisional", [plan.runId]);
}

const CHUNK = 50_000;

async function insertMerged(client: Queryable, plan: MergePlan): Promise<void> {
  for (let start = 0; start < plan.merged.length; start += CHUNK) {
    const chunk = plan.merged.slice(start, start + CHUNK);
    await client.query(
      `INSERT INTO findings AS f (id, image_id, run_id, page, x, y, width, height, geometry, label, model_label, text, measurements, score, disagreement, source,
          provisional, members)
        SELECT m.id, $2, $1, m.page, m.x, m.y, m.width, m.height, m.geometry, m.label, m.label, m.text, m.measurements, m.score, m.disagreement, 'model', false, m.members
          FROM jsonb_to_recordset($3::jsonb) AS m(id uuid, page int, x float8, y float8, width float8, height float8,
            geometry jsonb, label text, text text, measurements jsonb, score real, disagreement real, members jsonb)
        ON CONFLICT (id) DO UPDATE SET provisional = false, members = excluded.members, score = excluded.score, disagreement = excluded.disagreement, text = excluded.text,
          measurements = CASE WHEN f.reshaped THEN f.measurements ELSE excluded.measurements END,
          label = CASE WHEN f.label = f.model_label THEN excluded.label ELSE f.label END, model_label = excluded.model_label,
          x = CASE WHEN f.reshaped THEN f.x ELSE excluded.x END, y = CASE WHEN f.reshaped THEN f.y ELSE excluded.y END,
          width = CASE WHEN f.reshaped THEN f.width ELSE excluded.width END,
          height = CASE WHEN f.reshaped THEN f.height ELSE excluded.height END,
          geometry = CASE WHEN f.reshaped THEN f.geometry ELSE excluded.geometry END,
          version = f.version + CASE WHEN f.members = excluded.members THEN 0 ELSE 1 END, updated_at = now()`,
      [plan.runId, plan.imageId, JSON.stringify(chunk.map(toRecord))],
    );
  }
}

function toRecord(finding: MergedFinding) {
  const [x, y, width, height] = finding.box;
  const { id, page, geometry, label, text, measurements, score, disagreement, members } = finding;
  return { id, page, x, y, width, height, geometry, label, text, measurements, score, disagreement, members };
}
