import { pool } from "#db/client.ts";
import { imagesOfCollection } from "#db/queries/collection-images.ts";
import type { CollectionRuns } from "#lib/core/api/collections.ts";
import type { RunRequest } from "#lib/core/detection/run.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { readCollection } from "../images/collections.ts";
import { createRun } from "./create-run.ts";

/**
 * Starts a run of every image of a collection under one configuration. Images that can't be analysed (not ready, blocked) are told and keep none
 * from starting; where none can, the first reason is thrown, or that a provider is not allowed, which the caller can allow. Throws `not-found`, `bad-input` for a collection without images.
 */
export async function runCollection(collectionId: string, request: RunRequest, actor: string): Promise<CollectionRuns> {
  const { name } = await readCollection(collectionId);
  const images = await imagesOfCollection(pool(), collectionId);
  if (images.length === 0) throw new TesseraError("bad-input", `the collection ${name} has no images`);
  const result: CollectionRuns = { started: [], refused: [] };
  let first: TesseraError | null = null;
  for (const image of images) {
    try {
      const run = await createRun(image.id, request, actor);
      result.started.push({ imageId: image.id, runId: run.id });
    } catch (error) {
      if (!(error instanceof TesseraError)) throw error;
      if (first === null || error.code === "provider-not-allowed") first = error;
      result.refused.push({ imageId: image.id, name: image.name, code: error.code, reason: error.message });
    }
  }
  if (first && result.started.length === 0) throw first;
  return result;
}
