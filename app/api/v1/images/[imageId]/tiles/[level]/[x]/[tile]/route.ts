import { imageTileParams, imageTileQuery } from "#lib/core/api/images.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { pictureResponse } from "#lib/server/images/picture-response.ts";
import { readImageTile } from "#lib/server/images/read-picture.ts";

/** A deep-zoom tile, as it is stored. */
export const GET = withAccess(
  "viewer",
  { params: imageTileParams, query: imageTileQuery },
  async ({ params, query, request }) => pictureResponse(request, await readImageTile({ ...params, ...query })),
);
