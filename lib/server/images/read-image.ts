import { pool } from "#db/client.ts";
import { findImage, type ImageRow, listImages } from "#db/queries/images.ts";
import type { ImageListQuery } from "#lib/core/api/images.ts";
import type { Image } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { presentImage } from "./present-image.ts";

/** The image as the API shows it. Throws `not-found`. */
export async function readImage(id: string): Promise<Image> {
  return presentImage(await requireImage(id));
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
  const items = rows.slice(0, query.limit).map(presentImage);
  return { items, nextCursor: rows.length > query.limit ? (items.at(-1)?.id ?? null) : null };
}
