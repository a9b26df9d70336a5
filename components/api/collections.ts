import { z } from "zod";
import {
  type Collection,
  type CollectionRuns,
  collectionRunsSchema,
  collectionSchema,
} from "#lib/core/api/collections.ts";
import {
  type CollectionExportPreview,
  type CollectionExportQuery,
  collectionExportPreviewSchema,
  type ExportJob,
  exportJobSchema,
} from "#lib/core/api/exports.ts";
import type { RunRequest } from "#lib/core/detection/run.ts";
import { query, sendJson } from "./http.ts";

const answer = z.object({ items: z.array(collectionSchema) });

export const listCollections = async (signal?: AbortSignal): Promise<Collection[]> =>
  (await sendJson(answer, "/api/v1/collections", { signal })).items;

export const addCollection = (name: string): Promise<Collection> =>
  sendJson(collectionSchema, "/api/v1/collections", { method: "POST", body: { name } });

/** Where a collection is. */
export const collectionAddress = (id: string): string => `/api/v1/collections/${id}`;

/** Starts a run of every picture. The same `key` starts them only once, however often it is sent. */
export const startCollectionRuns = (id: string, request: RunRequest, key: string): Promise<CollectionRuns> =>
  sendJson(collectionRunsSchema, `${collectionAddress(id)}/runs`, {
    method: "POST",
    body: request,
    headers: { "idempotency-key": key },
  });

/** Which of a collection's findings leave as one set. `review` null: all but rejected ones. */
export type SetChoice = Pick<CollectionExportQuery, "format" | "space" | "runs"> & {
  review: CollectionExportQuery["review"] | null;
};

/** Where the set is downloaded as it is written. */
export const setAddress = (id: string, choice: SetChoice): string => `${collectionAddress(id)}/export${query(choice)}`;

/** Where it is said what the set would hold. */
export const setPreviewAddress = (id: string, choice: SetChoice): string =>
  `${collectionAddress(id)}/export/preview${query(choice)}`;

export const readSetPreview = (address: string, signal: AbortSignal): Promise<CollectionExportPreview> =>
  sendJson(collectionExportPreviewSchema, address, { signal });

/** Asks for a set that is written in the background. */
export const requestSet = (id: string, { review, ...choice }: SetChoice): Promise<ExportJob> =>
  sendJson(exportJobSchema, `${collectionAddress(id)}/exports`, {
    method: "POST",
    body: { ...choice, ...(review && { review }) },
  });
