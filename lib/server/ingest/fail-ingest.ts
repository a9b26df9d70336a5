import { inTransaction } from "#db/client.ts";
import { findIngestImage } from "#db/queries/ingest.ts";
import type { ImageTicket } from "#lib/core/checkpoint.ts";
import { appendEvent, wake } from "../events/outbox.ts";

/** Ends the ingest of an image that cannot be prepared; the reason is what its owner reads. */
export async function failImage(failure: ImageTicket & { reason: string }): Promise<{ state: string }> {
  await inTransaction(async (client) => {
    const image = await findIngestImage(client, failure.imageId, true);
    if (image?.state !== "ingesting") return;
    const error = failure.reason.slice(0, 2000);
    await client.query("UPDATE images SET state = 'failed', progress = NULL, error = $2 WHERE id = $1", [
      image.id,
      error,
    ]);
    await appendEvent(client, {
      imageId: image.id,
      runId: null,
      event: { kind: "image", state: "failed", progress: null, error },
    });
  });
  wake();
  return { state: "failed" };
}
