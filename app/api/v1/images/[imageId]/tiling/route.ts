import { imageParams } from "#lib/core/api/params.ts";
import { tilingQuery } from "#lib/core/api/tiling.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readTilingProposal } from "#lib/server/tiling/read-proposal.ts";

/** The tiling that suits a page, and why. */
export const GET = withAccess("viewer", { params: imageParams, query: tilingQuery }, async ({ params, query }) =>
  readTilingProposal(params.imageId, query),
);
