import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { pictureResponse } from "#lib/server/images/picture-response.ts";
import { readThumbnail } from "#lib/server/images/read-picture.ts";

export const GET = withAccess("viewer", { params: imageParams }, async ({ params, request }) =>
  pictureResponse(request, await readThumbnail(params.imageId)),
);
