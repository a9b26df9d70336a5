import { z } from "zod";
import { bandsSchema, importEntrySchema, sampleSchema } from "#lib/core/api/images.ts";
import { pageOf } from "#lib/core/api/params.ts";
import { type Image, type ImageScale, imageSchema } from "#lib/core/detection/image.ts";
import type { Band } from "#lib/core/display/shown-bands.ts";
import { query, send, sendJson } from "./http.ts";

const imagesPage = pageOf(imageSchema);

const imageAddress = (id: string): string => `/api/v1/images/${id}`;
export const thumbnailAddress = (id: string): string => `${imageAddress(id)}/thumbnail`;

export const maskAddress = (id: string, page: number): string => `${imageAddress(id)}/mask${query({ page })}`;

/** The bands of a page whose look can be chosen. */
export const listBands = async (id: string, page: number, signal: AbortSignal): Promise<Band[]> =>
  (await sendJson(bandsSchema, `${imageAddress(id)}/bands${query({ page })}`, { signal })).items;

export const listImages = ({
  signal,
  ...asked
}: {
  q?: string;
  collection?: string | null;
  cursor?: string | null;
  signal?: AbortSignal;
}) => sendJson(imagesPage, `/api/v1/images${query({ ...asked, limit: 60 })}`, { signal });

export const readImage = (id: string, signal?: AbortSignal): Promise<Image> =>
  sendJson(imageSchema, imageAddress(id), { signal });

export async function deleteImage(id: string): Promise<void> {
  await send(imageAddress(id), { method: "DELETE" });
}

/** Says how large an image's pixels are and where they lie, in place of what its file says. */
export const setScale = (id: string, scale: ImageScale | null): Promise<Image> =>
  sendJson(imageSchema, imageAddress(id), { method: "PATCH", body: { scale } });

/** Moves an image to another collection. */
export const moveImage = (id: string, collectionId: string): Promise<Image> =>
  sendJson(imageSchema, imageAddress(id), { method: "PATCH", body: { collectionId } });

/** Lets a blocked image go on, as its owner, with the reason that the audit log keeps. */
export async function releaseImage(id: string, reason: string): Promise<void> {
  await send(`${imageAddress(id)}/release`, { method: "POST", body: { reason } });
}

export const listSamples = (signal?: AbortSignal) =>
  sendJson(z.object({ items: z.array(sampleSchema) }), "/api/v1/samples", { signal });

export const addSample = (file: string): Promise<Image> =>
  sendJson(imageSchema, `/api/v1/samples/${encodeURIComponent(file)}`, { method: "POST" });

/** What a folder below the server's import folder holds; empty: that folder itself. */
export const listImportFolder = (path: string, signal: AbortSignal) =>
  sendJson(pageOf(importEntrySchema), `/api/v1/import-folder${query({ path })}`, { signal });

/** Adds a file of the import folder, which is read where it lies, to the collection of that name; null: to the one that always is. */
export const importFile = (path: string, collection: string | null): Promise<Image> =>
  sendJson(imageSchema, `/api/v1/images${query({ collection })}`, { method: "POST", body: { path } });
