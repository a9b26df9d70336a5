import { pool } from "#db/client.ts";
import { resolveConfiguration } from "#lib/core/presets/resolve.ts";
import { uuidv7 } from "#lib/uuid.ts";

/** A completed run over a picture of 1,000 px square: 30 cars and 10 trees, decisions by two people, a failed tile, a zone. */
export async function reportedRun(imageId: string): Promise<{ runId: string; findingIds: string[] }> {
  const runId = uuidv7();
  const configuration = resolveConfiguration({ preset: "general" }, { pages: 1 });
  await pool().query(`UPDATE images SET scale = '{"micronsPerPixel": 0.5}' WHERE id = $1`, [imageId]);
  await pool().query(
    `INSERT INTO runs (id, image_id, state, reason, configuration, concurrency, created_by, tiles_total, created_at, started_at, finished_at)
      VALUES ($1, $2, 'partial', '1 of 4 tiles failed (3)', $3, 4, 'anna@example.org', 4, '2026-03-01T09:00:00Z', '2026-03-01T09:00:01Z',
        '2026-03-01T09:02:03Z')`,
    [runId, imageId, JSON.stringify(configuration)],
  );
  await pool().query(
    `INSERT INTO tiles (run_id, index, page, x, y, width, height, read_width, read_height, state, attempts, failures, model, error, finished_at)
      SELECT $1, n, 0, (n % 2) * 500, (n / 2) * 500, 500, 500, 500, 500, CASE n WHEN 3 THEN 'failed' ELSE 'done' END, 1 + n / 3, 0,
          CASE n WHEN 3 THEN NULL ELSE 'local:centernet' END, CASE n WHEN 3 THEN 'the model said nothing – λάθος' END, '2026-03-01T09:02:00Z'
        FROM generate_series(0, 3) n`,
    [runId],
  );
  const findingIds = Array.from({ length: 40 }, () => uuidv7());
  await pool().query(
    `INSERT INTO findings (id, image_id, run_id, x, y, width, height, label, score, source, review, updated_at)
      SELECT id, $2, $1, (n * 37) % 900, (n * 71) % 900, 20 + n, 30, CASE WHEN n % 4 = 0 THEN 'Baum 木' ELSE 'car' END, 0.5 + n / 100.0, 'model',
          CASE WHEN n % 5 = 1 THEN 'accepted' WHEN n % 20 = 3 THEN 'rejected' ELSE 'unreviewed' END, '2026-03-02T10:00:00Z'
        FROM unnest($3::uuid[]) WITH ORDINALITY AS f(id, n)`,
    [runId, imageId, findingIds],
  );
  await pool().query(
    `INSERT INTO findings (id, image_id, x, y, width, height, geometry, label, source, review)
      VALUES ($1, $2, 0, 0, 500, 1000, '{"type":"Polygon","coordinates":[[[0,0],[500,0],[500,1000],[0,1000],[0,0]],
        [[100,100],[200,100],[200,200],[100,200],[100,100]]]}', 'meadow', 'person', 'accepted')`,
    [uuidv7(), imageId],
  );
  await pool().query(
    `INSERT INTO finding_events (finding_id, actor, action, before, after, created_at)
      SELECT id, 'bert@example.org', 'review', '{"review": "unreviewed", "label": "car"}', '{"review": "accepted", "label": "car"}',
          '2026-03-02T10:00:00Z' FROM findings WHERE run_id = $1 AND review = 'accepted'`,
    [runId],
  );
  return { runId, findingIds };
}
