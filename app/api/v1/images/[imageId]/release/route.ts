import { releaseSchema } from "#lib/core/api/images.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { releaseImage } from "#lib/server/images/change-image.ts";

/** Lets an image that moderation blocked go on with its ingest. */
export const POST = withAccess(
  "owner",
  { params: imageParams, body: releaseSchema },
  async ({ params, body, principal }) => releaseImage(params.imageId, { ...body, actor: principal.actor }),
);
