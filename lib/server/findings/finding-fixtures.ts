import { pool } from "#db/client.ts";
import { ensureDefaultCollection } from "#db/queries/collections.ts";
import { uuidv7 } from "#lib/uuid.ts";

/** An image of 100,000 px square with a running run; both ids. */
export async function imageWithRun(): Promise<{ imageId: string; runId: string }> {
  const [imageId, runId] = [uuidv7(), uuidv7()];
  const collectionId = await ensureDefaultCollection(pool());
  await pool().query(
    `INSERT INTO images (id, collection_id, name, state, pages)
      VALUES ($1, $2, 'plain', 'ready', '[{"width": 100000, "height": 100000, "levels": 9}]')`,
    [imageId, collectionId],
  );
  await pool().query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by)
      VALUES ($1, $2, 'running', '{}', 1, 'test')`,
    [runId, imageId],
  );
  return { imageId, runId };
}

export type Spot = { x?: number; y?: number; size?: number; label?: string; score?: number | null; review?: string };

/** Provisional findings as a model leaves them; ids in order. */
export async function detect(place: { imageId: string; runId: string }, spots: Spot[]): Promise<string[]> {
  const rows = spots.map((spot) => ({
    id: uuidv7(),
    x: 10,
    y: 20,
    size: 30,
    label: "car",
    score: 0.5,
    review: "unreviewed",
    ...spot,
  }));
  await pool().query(
    `INSERT INTO findings (id, image_id, run_id, x, y, width, height, label, model_label, score, source, review, provisional)
      SELECT id, $1, $2, x, y, size, size, label, label, score, 'model', review, true
        FROM jsonb_to_recordset($3) AS r(id uuid, x float8, y float8, size float8, label text, score real, review text)`,
    [place.imageId, place.runId, JSON.stringify(rows)],
  );
  return rows.map((row) => row.id);
}

/** What viewers of the image were told, in order. */
export async function events(imageId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query("SELECT event FROM outbox WHERE image_id = $1 ORDER BY id", [imageId]);
  return rows.map((row) => row.event);
}
