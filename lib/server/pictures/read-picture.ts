import { TesseraError } from "#lib/core/errors.ts";
import { IIIF_FORMATS, type IiifFormat, parseImageRequest } from "#lib/core/iiif/image-request.ts";
import { VIEWER_TILE } from "#lib/core/tiling/pyramid-levels.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { blobStore } from "../storage.ts";
import { renderedPicture } from "./iiif.ts";
import type { Picture, PictureRequest } from "./picture.ts";
import { shownImage, shownPyramid } from "./shown-image.ts";

/** Where a deep-zoom tile lies, and how it is to be encoded. */
export type TileAddress<Format> = {
  imageId: string;
  page: number;
  level: number;
  x: number;
  tile: { y: number; format: Format };
};

/**
 * A deep-zoom tile: as it is stored in the pyramid, without decoding, or rendered where it is asked for in another format. `level` 0
 * is full resolution. Throws `not-found` where there is no such tile, or the image is blocked or not ready.
 */
export async function readImageTile(request: PictureRequest, address: TileAddress<IiifFormat>): Promise<Picture> {
  const { level, x } = address;
  const { y, format } = address.tile;
  const pyramid = await shownPyramid(address.imageId, address.page);
  const tile = pyramid.tile(level, x, y);
  if (!tile) throw new TesseraError("not-found", "the image has no such tile");
  if (tile.mediaType === IIIF_FORMATS[format]) return tile;
  const side = VIEWER_TILE * 2 ** level;
  const { width, height } = pyramid.reader;
  const region = [x * side, y * side, Math.min(side, width - x * side), Math.min(side, height - y * side)];
  const size = region.slice(2).map((length) => Math.ceil(length / 2 ** level));
  const parts = { region: region.join(","), size: size.join(","), rotation: "0", file: `default.${format}` };
  return renderedPicture(pyramid, parseImageRequest(pyramid.reader, parts), request);
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
