import { imageTileQuery } from "#lib/core/api/images.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readBands } from "#lib/server/images/read-bands.ts";

/** The bands of a page whose look can be chosen, and what their values are like. */
export const GET = withAccess("viewer", { params: imageParams, query: imageTileQuery }, async ({ params, query }) => ({
  items: await readBands(params.imageId, query.page),
}));
