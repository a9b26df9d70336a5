import { runParams } from "#lib/core/api/params.ts";
import { searchedTileSchema } from "#lib/core/api/review.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { noteSearched } from "#lib/server/review/estimate-run.ts";

/** Says that everything in a tile is marked, or takes that back. */
export const PUT = withAccess(
  "reviewer",
  { params: runParams, body: searchedTileSchema },
  async ({ params, body, principal }) => noteSearched(params.runId, body, principal.actor),
);
