import { inTransaction } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { findCollection } from "#db/queries/collections.ts";
import { activeRunsOf, findImage, restartIngest, softDeleteImage, updateImage } from "#db/queries/images.ts";
import type { ImagePatch } from "#lib/core/api/images.ts";
import type { Image, ImageScale } from "#lib/core/detection/image.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { toLonLat } from "#lib/imaging/georeference.ts";
import { forgetRecentAnswers } from "../access/recent-answers.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { cancelRun } from "../runs/control-run.ts";
import { presentImage } from "./present-image.ts";

const missing = () => new TesseraError("not-found", "there is no such image");

/** Renames, tags or moves an image, or says its scale. Throws `not-found`, and `bad-input` for a place that is nowhere. */
export async function changeImage(id: string, patch: ImagePatch, actor: string): Promise<Image> {
  if (patch.scale) assertMeasurable(patch.scale);
  return inTransaction(async (client) => {
    if (patch.collectionId && !(await findCollection(client, patch.collectionId))) {
      throw new TesseraError("bad-input", "there is no such collection");
    }
    const row = await updateImage(client, id, {
      name: patch.name ?? null,
      tags: patch.tags ? [...new Set(patch.tags)] : null,
      collectionId: patch.collectionId ?? null,
      ...(patch.scale !== undefined && { scale: patch.scale }),
    });
    if (!row) throw missing();
    await audit(client, { actor, action: "change-image", subject: `image:${id}`, details: patch });
    return presentImage(row);
  });
}

/** A place on the ground is told in a CRS that is known offline, by a transform that has a way back. */
function assertMeasurable(scale: ImageScale): void {
  if (!("crs" in scale)) return;
  if (toLonLat(scale) === null) {
    throw new TesseraError("bad-input", `the CRS ${scale.crs} is not known`, {
      remedy: "name it by its EPSG code, as EPSG:32632, or as a PROJ string",
    });
  }
  const [a, b, , d, e] = scale.transform;
  if (a * e - b * d !== 0) return;
  throw new TesseraError("bad-input", "the transform lays the whole picture on a line", {
    remedy: "give [a, b, c, d, e, f] of X = a·x + b·y + c, Y = d·x + e·y + f",
  });
}

/** Deletes an image: its runs are cancelled, and it is hidden with all that was found on it. Throws `not-found`. */
export async function deleteImage(id: string, actor: string): Promise<void> {
  const runs = await inTransaction(async (client) => {
    const image = await findImage(client, id, true);
    if (!image) throw missing();
    await softDeleteImage(client, id);
    await audit(client, { actor, action: "delete-image", subject: `image:${id}`, details: { name: image.name } });
    return activeRunsOf(client, id);
  });
  forgetRecentAnswers();
  for (const run of runs) {
    // One that has just ended by itself cannot be cancelled, and need not be.
    await cancelRun(run, actor).catch((error: unknown) => {
      if (!(error instanceof TesseraError) || error.code !== "conflict") throw error;
    });
  }
}

/** The owner lets an image that moderation blocked go on with its ingest. Audited with the reason. */
export async function releaseImage(id: string, release: { reason: string; actor: string }): Promise<Image> {
  const image = await inTransaction(async (client) => {
    const row = await findImage(client, id, true);
    if (!row) throw missing();
    if (row.state !== "blocked" || !row.moderation) {
      throw new TesseraError("conflict", `${row.name} is not blocked by moderation`);
    }
    const moderation = { ...row.moderation, verdict: "released" as const };
    await client.query("UPDATE images SET moderation = $2 WHERE id = $1", [id, JSON.stringify(moderation)]);
    await restartIngest(client, id);
    await audit(client, {
      actor: release.actor,
      action: "release",
      subject: `image:${id}`,
      details: { reason: release.reason, verdict: row.moderation },
    });
    const event = { kind: "image", state: "ingesting", progress: null, error: null } as const;
    await appendEvent(client, { imageId: id, runId: null, event });
    return presentImage({ ...row, moderation, state: "ingesting", progress: null, error: null });
  });
  wake();
  return image;
}
