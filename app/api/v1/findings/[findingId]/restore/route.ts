import { findingParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { restoreFinding } from "#lib/server/findings/change-finding.ts";
import { readChangeNote } from "#lib/server/findings/change-note.ts";

/** Brings a removed finding back. */
export const POST = withAccess("reviewer", { params: findingParams }, async ({ params, principal, request }) =>
  restoreFinding(params.findingId, principal, readChangeNote(request.headers)),
);
