import { imageListQuery, uploadQuery } from "#lib/core/api/images.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { readImages } from "#lib/server/images/read-image.ts";
import { receiveUpload } from "#lib/server/images/receive-upload.ts";

/** Images, newest first, with search and filters. */
export const GET = withAccess("viewer", { query: imageListQuery }, async ({ query }) => readImages(query));

/** Adds a picture: the body is the file, or a form with it, or JSON with a path in the import folder. */
export const POST = withAccess("operator", { query: uploadQuery }, async ({ query, request, principal }) => {
  const { image } = await receiveUpload(request, query, principal.actor);
  return json(image, { status: 201, headers: { location: `/api/v1/images/${image.id}` } });
});
