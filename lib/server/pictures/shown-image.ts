import { pool } from "#db/client.ts";
import { findImage, type ImageRow } from "#db/queries/images.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { Pyramid } from "#lib/imaging/pyramid/open.ts";
import { recentAnswer } from "../access/recent-answers.ts";
import { storedPyramid } from "../images/stored-pyramid.ts";

/** An image whose pixels may be shown. */
type ShownImage = { sha256: string; name: string; pages: ImageRow["pages"] };

/**
 * The image, where moderation has let it pass and its pyramids stand; at most half a second old. Throws `not-found` for any other.
 */
export async function shownImage(id: string): Promise<ShownImage> {
  const image = await recentAnswer(`shown-image ${id}`, () => findShownImage(id));
  if (!image) throw new TesseraError("not-found", "there is no image here whose picture can be shown");
  return image;
}

async function findShownImage(id: string): Promise<ShownImage | null> {
  const row = await findImage(pool(), id);
  if (row?.state !== "ready" || row.sha256 === null) return null;
  if (row.moderation?.verdict !== "pass" && row.moderation?.verdict !== "released") return null;
  return { sha256: row.sha256, name: row.name, pages: row.pages };
}

/** The open pyramid of a page of an image that may be shown. Throws `not-found`. */
export async function shownPyramid(imageId: string, page: number): Promise<Pyramid> {
  const image = await shownImage(imageId);
  const pyramid = await recentAnswer(`pyramid ${imageId} ${page}`, async () => {
    if (!image.pages[page]) return null;
    return storedPyramid(image.sha256, page);
  });
  if (!pyramid) throw new TesseraError("not-found", "the image has no such page");
  return pyramid;
}
