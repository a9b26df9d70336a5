import { TesseraError } from "#lib/core/errors.ts";
import { openPyramidSource, type Pyramid } from "#lib/imaging/pyramid/open.ts";
import { openPyramid } from "#lib/imaging/pyramid-cache.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { blobStore } from "../storage.ts";

/**
 * The pyramid of a page of an image, opened once for this process. Where blobs are not local files, only the ranges of the tiles that
 * are wanted are fetched. Throws `not-found` where there is none.
 */
export async function storedPyramid(sha256: string, page: number): Promise<Pyramid> {
  const store = blobStore();
  const key = IMAGE_BLOBS.pyramid(sha256, page);
  if (store.local) return openPyramid(await store.localPath(key));
  return openPyramid(key, async () => {
    const blob = await store.stat(key);
    if (!blob) throw new TesseraError("not-found", `there is no blob ${key}`);
    const read = (offset: number, length: number) => store.readRange(key, offset, length);
    return openPyramidSource({ read, close: async () => undefined }, blob.bytes);
  });
}
