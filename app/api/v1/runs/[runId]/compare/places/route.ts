import { comparedPlacesQuery } from "#lib/core/api/compared-places.ts";
import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { comparePlaces } from "#lib/server/comparison/compare-places.ts";

/** Where the run agrees with others and where not, up to four sides at once. */
export const GET = withAccess("viewer", { params: runParams, query: comparedPlacesQuery }, ({ params, query }) =>
  comparePlaces(params.runId, query),
);
