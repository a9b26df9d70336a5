import { pool } from "#db/client.ts";
import { findImage, type ImageRow, listImages } from "#db/queries/images.ts";
import type { ImageListQuery } from "#lib/core/api/images.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { importTrouble } from "./original.ts";
import { presentImage } from "./present-image.ts";

/** The image as the API shows it. Throws `not-found`. */
export async function readImage(id: string): Promise<Image> {
  return withTrouble(await requireImage(id));
}

/** The image's row. Throws `not-found`, also for a deleted image. */
export async function requireImage(id: string): Promise<ImageRow> {
  const row = await findImage(pool(), id);
  if (!row) throw new TesseraError("not-found", "there is no such image");
  return row;
}

/** A page of images, newest first; the cursor is the id of the last one seen. */
export async function readImages(query: ImageListQuery): Promise<{ items: Image[]; nextCursor: string | null }> {
  const rows = await listImages(pool(), {
    text: query.q ?? null,
    state: query.state ?? null,
    tag: query.tag ?? null,
    collectionId: query.collection ?? null,
    before: query.cursor ?? null,
    limit: query.limit + 1,
  });
  const items = await Promise.all(rows.slice(0, query.limit).map(withTrouble));
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}

/** The image, and whether its file is still in the import folder where it is read there. */
async function withTrouble(row: ImageRow): Promise<Image> {
  const image = presentImage(row);
  if (row.importedFrom === null || image.error !== null) return image;
  return { ...image, error: await importTrouble(row.importedFrom) };
}
