import { Readable } from "node:stream";
import { pool } from "#db/client.ts";
import { ensureDefaultCollection } from "#db/queries/collections.ts";
import { noisePicture } from "#e2e/support/pictures.ts";
import { addImage } from "#lib/server/images/add-image.ts";
import { prepareImage } from "#lib/server/ingest/prepare-image.ts";
import { uuidv7 } from "#lib/uuid.ts";

/**
 * An image with so many findings as a run leaves them: seven in ten are boxes, the others polygons of 17 corners, as of cells. Returns
 * its id.
 */
export async function makeFindings(count: number): Promise<string> {
  const imageId = await makeImage("slide.svs", [{ width: 100_000, height: 80_000, levels: 9 }]);
  await addFindings(imageId, count, 99_000, 79_000);
  return imageId;
}

/** A picture of 300 megapixels that tiles can be cut from, with so many findings. Returns its id. */
export async function makePicture(count: number): Promise<string> {
  const [width, height] = [20_000, 15_000];
  const source = Readable.from([await noisePicture(width, height, 40)]);
  const { image } = await addImage({ source, name: "noise.jpg" }, "bench");
  const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, JSON.stringify(moderation)]);
  await prepareImage({ version: 1, imageId: image.id });
  await addFindings(image.id, count, width - 40, height - 40);
  return image.id;
}

const WORDS_A_PAGE = 500;

/** A document with so many words, 500 on each page in lines of ten. Returns its id. */
export async function makeWords(count: number): Promise<string> {
  const page = { width: 2480, height: 3508, levels: 5 };
  const pages = Array.from({ length: Math.ceil(count / WORDS_A_PAGE) }, () => page);
  const imageId = await makeImage("book.pdf", pages);
  await pool().query(
    `INSERT INTO findings (id, image_id, page, x, y, width, height, label, text, score, source)
      SELECT gen_random_uuid(), $1, n / $3, 200 + n % 10 * 200, 200 + n % $3 / 10 * 60, 150, 40, 'word',
          (ARRAY['the', 'tile', 'reads', 'its', 'own', 'pixels', '& <no>', 'others'])[1 + n % 8], (n % 997) / 997.0, 'model'
        FROM generate_series(0, $2::int - 1) n`,
    [imageId, count, WORDS_A_PAGE],
  );
  await pool().query("ANALYZE findings");
  return imageId;
}

async function makeImage(name: string, pages: readonly object[]): Promise<string> {
  const imageId = uuidv7();
  const collectionId = await ensureDefaultCollection(pool());
  await pool().query("INSERT INTO images (id, collection_id, name, state, pages) VALUES ($1, $2, $3, 'ready', $4)", [
    imageId,
    collectionId,
    name,
    JSON.stringify(pages),
  ]);
  return imageId;
}

async function addFindings(imageId: string, count: number, width: number, height: number): Promise<void> {
  await pool().query(
    `INSERT INTO findings (id, image_id, page, x, y, width, height, geometry, label, score, source, review)
      SELECT gen_random_uuid(), $1, 0, x, y, size, size,
          CASE WHEN n % 10 >= 7 THEN jsonb_build_object('type', 'Polygon', 'coordinates', jsonb_build_array((
            SELECT jsonb_agg(jsonb_build_array(x + size / 2 * (1 + cos(k % 16 * pi() / 8)), y + size / 2 * (1 + sin(k % 16 * pi() / 8))) ORDER BY k)
              FROM generate_series(0, 16) k))) END,
          (ARRAY['tumor', 'stroma', 'immune cell'])[1 + n % 3], (n % 997) / 997.0, 'model',
          CASE WHEN n % 50 = 0 THEN 'accepted' ELSE 'unreviewed' END
        FROM (SELECT n, (n * 7919 % $3::bigint) + 0.25 AS x, (n * 104729 % $4::bigint) + 0.5 AS y, 12.0 + n % 20 AS size
          FROM generate_series(1, $2::bigint) n) AS places`,
    [imageId, count, width, height],
  );
  await pool().query("ANALYZE findings");
}
