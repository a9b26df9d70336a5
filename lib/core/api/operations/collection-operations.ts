import { runRequestSchema } from "#lib/core/detection/run.ts";
import { collectionPatchSchema, collectionRunsSchema, collectionSchema, newCollectionSchema } from "../collections.ts";
import { collectionExportPreviewSchema, collectionExportQuery, exportJobSchema, FINDING_FILES } from "../exports.ts";
import { pageOf } from "../params.ts";
import type { Operation } from "./operation.ts";

/** Collections, what runs over all of their images, and what leaves as one set. */
export const COLLECTION_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/collections",
    role: "viewer",
    summary: "Collections",
    status: 200,
    answer: pageOf(collectionSchema),
  },
  {
    method: "post",
    path: "/collections",
    role: "operator",
    summary: "Adds a collection",
    body: newCollectionSchema,
    status: 201,
    answer: collectionSchema,
  },
  {
    method: "get",
    path: "/collections/{collectionId}",
    role: "viewer",
    summary: "One collection",
    status: 200,
    answer: collectionSchema,
  },
  {
    method: "patch",
    path: "/collections/{collectionId}",
    role: "operator",
    summary: "Renames it, or changes which model providers may see its pixels",
    body: collectionPatchSchema,
    status: 200,
    answer: collectionSchema,
  },
  {
    method: "post",
    path: "/collections/{collectionId}/runs",
    role: "operator",
    summary: "Starts a run of every image of the collection under one configuration",
    headers: { "Idempotency-Key": "the same key starts them only once" },
    body: runRequestSchema,
    status: 201,
    answer: collectionRunsSchema,
  },
  {
    method: "get",
    path: "/collections/{collectionId}/export",
    role: "viewer",
    summary:
      "The findings of all images of the collection as one set: one COCO document, one YOLO data set, or a zip of a file for each image",
    query: collectionExportQuery,
    status: 200,
    answer: FINDING_FILES,
  },
  {
    method: "get",
    path: "/collections/{collectionId}/export/preview",
    role: "viewer",
    summary: "How many findings of how many images such a set would hold, and what its format can't carry",
    query: collectionExportQuery,
    status: 200,
    answer: collectionExportPreviewSchema,
  },
  {
    method: "get",
    path: "/collections/{collectionId}/exports",
    role: "viewer",
    summary: "The exports of the collection as a whole, newest first, also those still being written",
    status: 200,
    answer: pageOf(exportJobSchema),
  },
  {
    method: "post",
    path: "/collections/{collectionId}/exports",
    role: "viewer",
    summary: "Asks for a set of all images of the collection that is written in the background and kept for a week",
    body: collectionExportQuery,
    status: 201,
    answer: exportJobSchema,
  },
  {
    method: "delete",
    path: "/collections/{collectionId}",
    role: "owner",
    summary: "Removes an empty collection",
    status: 204,
  },
];
