import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readExampleCounts } from "#lib/server/runs/examples.ts";

/** How many examples of each label people marked on the image. */
export const GET = withAccess("viewer", { params: imageParams }, async ({ params }) => ({
  items: await readExampleCounts(params.imageId),
}));
