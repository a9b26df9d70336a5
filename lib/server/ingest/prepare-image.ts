import { inTransaction, pool } from "#db/client.ts";
import { findIngestImage, type IngestImage } from "#db/queries/ingest.ts";
import { environment } from "#lib/config/env.ts";
import type { ImageTicket } from "#lib/core/checkpoint.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { probeImage } from "#lib/imaging/probe.ts";
import { buildPyramid } from "#lib/imaging/pyramid.ts";
import { buildSamples } from "#lib/imaging/samples.ts";
import { makeThumbnail } from "#lib/imaging/thumbnail.ts";
import { IMAGE_BLOBS } from "#lib/storage/image-blobs.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { withOriginal } from "../images/original.ts";
import { blobStore } from "../storage.ts";
import { observeIngest } from "./observe-ingest.ts";

/** Progress is told at most this often. */
const PROGRESS_MS = 300;

/** Formats that may hold measurements or channels. */
const HAS_BANDS: ReadonlySet<string> = new Set(["tiff", "geotiff", "ome-tiff", "png", "jpeg2000"]);

type PageSize = { width: number; height: number; levels: number; tileFormat: "jpg" | "webp" };

/** Builds the pyramid and the thumbnail of an image that moderation let pass; it is `ready` then. Running it again is harmless. */
export async function prepareImage(ticket: ImageTicket): Promise<{ state: string }> {
  const image = await findIngestImage(pool(), ticket.imageId);
  if (image?.state !== "ingesting") return { state: image?.state ?? "gone" };
  if (!image.moderation || image.moderation.verdict === "block") {
    throw new TesseraError("moderation-blocked", "an image that moderation has not let pass is not prepared");
  }
  await observeIngest(
    image.id,
    "pyramid",
    () => withOriginal(image, (path) => prepare(image, path)),
    () => "done",
  );
  return { state: "ready" };
}

async function prepare(image: IngestImage, source: string): Promise<void> {
  const store = blobStore();
  const { maxPixels, pdfDpi } = environment();
  const probe = await probeImage(source, { maxPixels, pdfDpi });
  const report = progressReporter(image.id);

  const pages: PageSize[] = [];
  for (const index of probe.pages.keys()) {
    const scratch = await store.scratchFile();
    try {
      const onProgress = (share: number): void => report((index + share) / probe.pages.length);
      pages.push(await buildPyramid({ source, target: scratch.path, page: index, probe, onProgress }));
      await scratch.commit(IMAGE_BLOBS.pyramid(image.sha256, index));
    } catch (error) {
      await scratch.discard();
      throw error;
    }
    await keepSamples(image.sha256, { source, page: index, probe });
  }
  const pyramid = await store.localPath(IMAGE_BLOBS.pyramid(image.sha256, 0));
  const thumbnail = await makeThumbnail(pyramid);
  await store.put(IMAGE_BLOBS.thumbnail(image.sha256), chunks(thumbnail));

  await inTransaction(async (client) => {
    const current = await findIngestImage(client, image.id, true);
    if (current?.state !== "ingesting") return;
    await client.query("UPDATE images SET state = 'ready', progress = NULL, error = NULL, pages = $2 WHERE id = $1", [
      image.id,
      JSON.stringify(pages),
    ]);
    const event = { kind: "image", state: "ready", progress: null, error: null } as const;
    await appendEvent(client, { imageId: image.id, runId: null, event });
  });
  wake();
}

/** The bands of a page as they were measured, where there are any whose look can be chosen. */
async function keepSamples(
  sha256: string,
  page: Pick<Parameters<typeof buildSamples>[0], "source" | "page" | "probe">,
): Promise<void> {
  if (!HAS_BANDS.has(page.probe.format)) return;
  const scratch = await blobStore().scratchFile();
  let bands = 0;
  try {
    bands = await buildSamples({ ...page, target: scratch.path });
    if (bands > 0) await scratch.commit(IMAGE_BLOBS.samples(sha256, page.page));
  } finally {
    if (bands === 0) await scratch.discard();
  }
}

async function* chunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

function progressReporter(imageId: string): (progress: number) => void {
  let last = 0;
  return (progress) => {
    if (Date.now() - last < PROGRESS_MS) return;
    last = Date.now();
    const event = { kind: "image", state: "ingesting", progress, error: null } as const;
    // A progress that gets lost is made up for by the next; it must never fail the ingest.
    Promise.all([
      pool().query("UPDATE images SET progress = $2 WHERE id = $1 AND state = 'ingesting'", [imageId, progress]),
      appendEvent(pool(), { imageId, runId: null, event }),
    ]).then(wake, () => undefined);
  };
}
