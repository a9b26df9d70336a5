import { z } from "zod";
import { exampleCountSchema } from "#lib/core/detection/examples.ts";
import { imageSchema } from "#lib/core/detection/image.ts";
import { exportPreviewSchema, exportQuery, FINDING_FILES } from "../exports.ts";
import {
  bandsSchema,
  imageListQuery,
  imagePatchSchema,
  imageTileQuery,
  importEntrySchema,
  importFolderQuery,
  releaseSchema,
  sampleSchema,
  shownTileQuery,
  uploadQuery,
} from "../images.ts";
import { imageLinkSchema, newImageLinkSchema } from "../links.ts";
import { pageOf } from "../params.ts";
import { proposedTilingSchema, tilingQuery } from "../tiling.ts";
import type { Operation } from "./operation.ts";

const PICTURE = ["image/jpeg", "image/png", "image/webp"] as const;

export const IMAGE_OPERATIONS: readonly Operation[] = [
  {
    method: "get",
    path: "/images",
    role: "viewer",
    summary: "Images, newest first",
    query: imageListQuery,
    status: 200,
    answer: pageOf(imageSchema),
  },
  {
    method: "post",
    path: "/images",
    role: "operator",
    summary:
      'Adds a picture: the body is the file, or a form holds it, or {"path"} names one in the import folder, which is read where it lies. The same bytes twice are one image',
    query: uploadQuery,
    body: ["application/octet-stream", "multipart/form-data", "application/json"],
    status: 201,
    answer: imageSchema,
  },
  {
    method: "get",
    path: "/import-folder",
    role: "operator",
    summary: "What a folder below the import folder holds, folders first",
    query: importFolderQuery,
    status: 200,
    answer: pageOf(importEntrySchema),
  },
  {
    method: "get",
    path: "/images/{imageId}/examples",
    role: "viewer",
    summary: "How many examples of each label people marked on the image, for a model that learns from them",
    status: 200,
    answer: z.object({ items: z.array(exampleCountSchema) }),
  },
  {
    method: "get",
    path: "/images/{imageId}/tiling",
    role: "viewer",
    summary:
      "The tiling that suits a page for a preset, by its scale and by how much there is to see, and why; a run without a tiling has the preset's own",
    query: tilingQuery,
    status: 200,
    answer: proposedTilingSchema,
  },
  {
    method: "get",
    path: "/images/events",
    role: "viewer",
    summary: "Images and runs as they change their state: server-sent events",
    headers: { "Last-Event-ID": "goes on after this event" },
    status: 200,
    answer: ["text/event-stream"],
  },
  {
    method: "get",
    path: "/images/{imageId}",
    role: "viewer",
    summary: "One image",
    status: 200,
    answer: imageSchema,
  },
  {
    method: "patch",
    path: "/images/{imageId}",
    role: "operator",
    summary: "Renames, tags, moves to another collection, says its scale",
    body: imagePatchSchema,
    status: 200,
    answer: imageSchema,
  },
  {
    method: "delete",
    path: "/images/{imageId}",
    role: "owner",
    summary:
      "Deletes it: its runs are cancelled, and it is hidden with its findings. Sending the same bytes again brings it back",
    status: 204,
  },
  {
    method: "post",
    path: "/images/{imageId}/release",
    role: "owner",
    summary: "Lets an image that moderation blocked go on with its ingest",
    body: releaseSchema,
    status: 200,
    answer: imageSchema,
  },
  {
    method: "get",
    path: "/images/{imageId}/links",
    role: "owner",
    summary: "The links by which others see the image",
    status: 200,
    answer: pageOf(imageLinkSchema),
  },
  {
    method: "post",
    path: "/images/{imageId}/links",
    role: "owner",
    summary:
      "Makes a link that lets other IIIF viewers see the image, and where it says so its findings, without a token, until it expires or is revoked",
    body: newImageLinkSchema,
    status: 201,
    answer: imageLinkSchema,
  },
  {
    method: "delete",
    path: "/images/{imageId}/links/{linkId}",
    role: "owner",
    summary: "Revokes a link, at once",
    status: 204,
  },
  {
    method: "get",
    path: "/images/{imageId}/thumbnail",
    role: "viewer",
    summary: "Its small picture",
    status: 200,
    answer: ["image/webp"],
  },
  {
    method: "get",
    path: "/images/{imageId}/mask",
    role: "viewer",
    summary:
      "Where a page holds something, such as tissue: coloured there, transparent on glass, paper and missing data",
    query: imageTileQuery,
    status: 200,
    answer: ["image/png"],
  },
  {
    method: "get",
    path: "/images/{imageId}/tiles/{level}/{x}/{tile}",
    role: "viewer",
    summary:
      "A deep-zoom tile of 512 px; level 0 is full resolution, each next half; the last part reads y.jpg. `show` gives it another look: BAND:LOW:HIGH:RRGGBB for each band, with commas between",
    query: shownTileQuery,
    headers: { "If-None-Match": "answers 304 where the tile is known" },
    status: 200,
    answer: PICTURE,
  },
  {
    method: "get",
    path: "/images/{imageId}/bands",
    role: "viewer",
    summary:
      "The bands of a page whose look can be chosen, with their ranges; none of a picture that is shown as it stands",
    query: imageTileQuery,
    status: 200,
    answer: bandsSchema,
  },
  {
    method: "get",
    path: "/images/{imageId}/events",
    role: "viewer",
    summary: "What happens to the image and its findings: server-sent events",
    headers: { "Last-Event-ID": "goes on after this event" },
    status: 200,
    answer: ["text/event-stream"],
  },
  {
    method: "get",
    path: "/images/{imageId}/export",
    role: "viewer",
    summary:
      "All its findings in a format, streamed: those of every run, imported and drawn ones. Rejected ones are left out unless asked for",
    query: exportQuery,
    status: 200,
    answer: FINDING_FILES,
  },
  {
    method: "get",
    path: "/images/{imageId}/export/preview",
    role: "viewer",
    summary: "How many findings an export would hold, and what its format can't carry of them",
    query: exportQuery,
    status: 200,
    answer: exportPreviewSchema,
  },
  {
    method: "get",
    path: "/samples",
    role: "viewer",
    summary: "The pictures that come with the product",
    status: 200,
    answer: pageOf(sampleSchema.extend({ bytes: z.number().int() })),
  },
  {
    method: "post",
    path: "/samples/{file}",
    role: "operator",
    summary: "Adds one of them to the library",
    status: 201,
    answer: imageSchema,
  },
];
