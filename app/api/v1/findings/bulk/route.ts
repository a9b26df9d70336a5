import { bulkRequestSchema } from "#lib/core/api/findings.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { decideOnMany } from "#lib/server/findings/bulk-findings.ts";

/** One decision over all findings of a filter. */
export const POST = withAccess("reviewer", { body: bulkRequestSchema }, async ({ body, principal }) =>
  decideOnMany(body, principal),
);
