import { pool } from "#db/client.ts";
import { ensureDefaultCollection } from "#db/queries/collections.ts";
import { uuidv7 } from "#lib/uuid.ts";

/**
 * An image with so many findings as a run leaves them: seven in ten are boxes, the others polygons of 17 corners, as of cells. Returns
 * its id.
 */
export async function makeFindings(count: number): Promise<string> {
  const imageId = uuidv7();
  const collectionId = await ensureDefaultCollection(pool());
  await pool().query(
    `INSERT INTO images (id, collection_id, name, state, pages)
      VALUES ($1, $2, 'slide.svs', 'ready', '[{"width": 100000, "height": 80000, "levels": 9}]')`,
    [imageId, collectionId],
  );
  await pool().query(
    `INSERT INTO findings (id, image_id, page, x, y, width, height, geometry, label, score, source, review)
      SELECT gen_random_uuid(), $1, 0, x, y, size, size,
          CASE WHEN n % 10 >= 7 THEN jsonb_build_object('type', 'Polygon', 'coordinates', jsonb_build_array((
            SELECT jsonb_agg(jsonb_build_array(x + size / 2 * (1 + cos(k % 16 * pi() / 8)), y + size / 2 * (1 + sin(k % 16 * pi() / 8))) ORDER BY k)
              FROM generate_series(0, 16) k))) END,
          (ARRAY['tumor', 'stroma', 'immune cell'])[1 + n % 3], (n % 997) / 997.0, 'model',
          CASE WHEN n % 50 = 0 THEN 'accepted' ELSE 'unreviewed' END
        FROM (SELECT n, (n * 7919 % 99000) + 0.25 AS x, (n * 104729 % 79000) + 0.5 AS y, 12.0 + n % 20 AS size
          FROM generate_series(1, $2::bigint) n) AS places`,
    [imageId, count],
  );
  await pool().query("ANALYZE findings");
  return imageId;
}
