import { bulkUndoSchema } from "#lib/core/api/findings.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { undoDecision } from "#lib/server/findings/bulk-findings.ts";

/** Takes one's own bulk decision back, or the taking back of one. */
export const POST = withAccess("reviewer", { body: bulkUndoSchema }, async ({ body, principal }) =>
  undoDecision(body.undo, principal.actor, body.as),
);
