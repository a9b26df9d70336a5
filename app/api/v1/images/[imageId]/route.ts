import { imagePatchSchema } from "#lib/core/api/images.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { changeImage, deleteImage } from "#lib/server/images/change-image.ts";
import { readImage } from "#lib/server/images/read-image.ts";

export const GET = withAccess("viewer", { params: imageParams }, async ({ params }) => readImage(params.imageId));

/** Renames, tags, moves to another collection, says its scale. */
export const PATCH = withAccess(
  "operator",
  { params: imageParams, body: imagePatchSchema },
  async ({ params, body, principal }) => changeImage(params.imageId, body, principal.actor),
);

/** Cancels its runs and hides it. */
export const DELETE = withAccess("owner", { params: imageParams }, async ({ params, principal }) =>
  deleteImage(params.imageId, principal.actor),
);
