import { openSamples } from "#lib/imaging/samples/open-once.ts";
import { openSamplesFile, openSamplesSource, type Samples } from "#lib/imaging/samples/open-samples.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { blobStore } from "../storage.ts";

/** The bands of a page of an image as they were measured, opened once for this process; null where none were kept. */
export async function storedSamples(sha256: string, page: number): Promise<Samples | null> {
  const store = blobStore();
  const key = IMAGE_BLOBS.samples(sha256, page);
  const blob = await store.stat(key);
  if (!blob) return null;
  return openSamples(key, async () => {
    if (store.local) return openSamplesFile(await store.localPath(key));
    const read = (offset: number, length: number) => store.readRange(key, offset, length);
    return openSamplesSource({ read, close: async () => undefined }, blob.bytes);
  });
}
