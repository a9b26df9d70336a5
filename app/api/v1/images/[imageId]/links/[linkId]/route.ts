import { imageLinkParams } from "#lib/core/api/links.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { endImageLink } from "#lib/server/links/image-links.ts";

/** Revokes the link, at once. */
export const DELETE = withAccess("owner", { params: imageLinkParams }, async ({ params, principal }) =>
  endImageLink(params.imageId, params.linkId, principal.actor),
);
