import { sampleParams } from "#lib/core/api/images.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { addSample } from "#lib/server/images/samples.ts";

/** Adds a bundled picture to the library. */
export const POST = withAccess("operator", { params: sampleParams }, async ({ params, principal }) => {
  const { image } = await addSample(params.file, principal.actor);
  return json(image, { status: 201, headers: { location: `/api/v1/images/${image.id}` } });
});
