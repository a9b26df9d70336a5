import { newImageLinkSchema } from "#lib/core/api/links.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { createImageLink, readImageLinks } from "#lib/server/links/image-links.ts";

/** The links by which others see the image. */
export const GET = withAccess("owner", { params: imageParams }, async ({ params }) => ({
  items: await readImageLinks(params.imageId),
  nextCursor: null,
}));

/** Makes a link that lets whoever has it see the image until it expires. */
export const POST = withAccess(
  "owner",
  { params: imageParams, body: newImageLinkSchema },
  async ({ params, body, principal }) =>
    json(await createImageLink(params.imageId, body, principal.actor), { status: 201 }),
);
