import { openPyramid } from "#lib/imaging/pyramid-cache.ts";
import type { RegionReader } from "#lib/imaging/types.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { blobStore } from "../storage.ts";

/** Reads the pixels of one page of an image, from its pyramid. */
export async function pyramidReader(image: { sha256: string }, page: number): Promise<RegionReader> {
  const pyramid = await openPyramid(await blobStore().localPath(IMAGE_BLOBS.pyramid(image.sha256, page)));
  return pyramid.reader;
}
