import { findingParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readHistory } from "#lib/server/findings/discuss-finding.ts";

/** Who did what to the finding, oldest first. */
export const GET = withAccess("viewer", { params: findingParams }, async ({ params }) => ({
  items: await readHistory(params.findingId),
  nextCursor: null,
}));
