import type { PoolClient } from "pg";
import type { ImportedFrom, Moderation } from "#lib/core/detection/image.ts";

type Queryable = Pick<PoolClient, "query">;

/** An image as its ingest sees it. */
export type IngestImage = {
  id: string;
  name: string;
  sha256: string;
  importedFrom: ImportedFrom | null;
  state: string;
  moderation: Moderation | null;
};

/** Images that no workflow ingests yet; marks them as being started by `worker`. */
export async function takeImagesToIngest(client: Queryable, worker: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `WITH picked AS MATERIALIZED (
        SELECT id FROM images WHERE workflow_run_id IS NULL AND state = 'ingesting' AND deleted_at IS NULL
        ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 20)
      UPDATE images SET workflow_run_id = 'starting:' || $1, seen_at = now() FROM picked WHERE images.id = picked.id
      RETURNING images.id`,
    [worker],
  );
  return rows.map((row) => row.id);
}

/** Notes the workflow run that ingests the image. */
export async function noteIngestWorkflow(client: Queryable, id: string, workflowRunId: string): Promise<void> {
  await client.query("UPDATE images SET workflow_run_id = $2 WHERE id = $1 AND workflow_run_id LIKE 'starting:%'", [
    id,
    workflowRunId,
  ]);
}

/** Notes that a step works on the image's ingest. */
export async function noteIngestSeen(client: Queryable, id: string): Promise<void> {
  await client.query("UPDATE images SET seen_at = now() WHERE id = $1 AND state = 'ingesting'", [id]);
}

/** Hands images to ingest again that no step has worked on for so long: their workflow is lost. Returns which. */
export async function restartLostIngests(client: Queryable, silenceSeconds: number): Promise<string[]> {
  const { rows } = await client.query<{ id: string }>(
    `UPDATE images SET workflow_run_id = NULL
      WHERE state = 'ingesting' AND deleted_at IS NULL AND workflow_run_id NOT LIKE 'starting:%'
        AND seen_at NOT BETWEEN now() - make_interval(secs => $1) AND now() + make_interval(secs => $1)
      RETURNING id`,
    [silenceSeconds],
  );
  return rows.map((row) => row.id);
}

/** The image while it is being ingested, or null. With `lock` its row is held until the transaction ends. */
export async function findIngestImage(client: Queryable, id: string, lock = false): Promise<IngestImage | null> {
  const { rows } = await client.query<IngestImage>(
    `SELECT id, name, sha256, imported_from AS "importedFrom", state, moderation FROM images
      WHERE id = $1 AND deleted_at IS NULL ${lock ? "FOR UPDATE" : ""}`,
    [id],
  );
  return rows[0] ?? null;
}
