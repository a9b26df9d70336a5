import type { z } from "zod";
import { type ImageLink, imageLinkSchema, type newImageLinkSchema } from "#lib/core/api/links.ts";
import { pageOf } from "#lib/core/api/params.ts";
import { send, sendJson } from "./http.ts";

const linksPage = pageOf(imageLinkSchema);

/** The image's links, newest first. */
export const listLinks = async (imageId: string, signal: AbortSignal): Promise<ImageLink[]> =>
  (await sendJson(linksPage, `/api/v1/images/${imageId}/links`, { signal })).items;

export const makeLink = (imageId: string, link: z.input<typeof newImageLinkSchema>): Promise<ImageLink> =>
  sendJson(imageLinkSchema, `/api/v1/images/${imageId}/links`, { method: "POST", body: link });

/** Takes a link's power away at once. */
export async function revokeLink({ imageId, id }: Pick<ImageLink, "imageId" | "id">): Promise<void> {
  await send(`/api/v1/images/${imageId}/links/${id}`, { method: "DELETE" });
}
