import { TesseraError } from "#lib/core/errors.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { blobStore } from "../storage.ts";
import type { Picture } from "./picture.ts";
import { shownImage, shownPyramid } from "./shown-image.ts";

/**
 * A deep-zoom tile as it is stored in the pyramid, without decoding. `level` 0 is full resolution. Throws `not-found` where
 * there is no such tile, or the image is blocked or not ready.
 */
export async function readImageTile(address: {
  imageId: string;
  page: number;
  level: number;
  x: number;
  tile: number;
}): Promise<Picture> {
  const pyramid = await shownPyramid(address.imageId, address.page);
  const tile = pyramid.tile(address.level, address.x, address.tile);
  if (!tile) throw new TesseraError("not-found", "the image has no such tile");
  return tile;
}

/** The small picture of an image's first page. Throws `not-found` for one that is blocked or not ready. */
export async function readThumbnail(imageId: string): Promise<Picture> {
  const { sha256 } = await shownImage(imageId);
  const key = IMAGE_BLOBS.thumbnail(sha256);
  const blob = await blobStore().stat(key);
  if (!blob) throw new TesseraError("not-found", "this image has no thumbnail");
  return {
    mediaType: "image/webp",
    etag: `"${sha256.slice(0, 32)}-thumbnail"`,
    byteLength: blob.bytes,
    read: () => blobStore().readRange(key, 0, blob.bytes),
  };
}
