import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { listFindingSets } from "#lib/server/findings/finding-sets.ts";
import { requireImage } from "#lib/server/images/read-image.ts";

/** What runs of the image can be compared with, beside each other. */
export const GET = withAccess("viewer", { params: imageParams }, async ({ params }) => {
  await requireImage(params.imageId);
  return { items: await listFindingSets(params.imageId), nextCursor: null };
});
