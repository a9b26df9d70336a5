import { findingParams } from "#lib/core/api/params.ts";
import { type Finding, findingPatchSchema } from "#lib/core/detection/finding.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { changeFinding, removeFinding } from "#lib/server/findings/change-finding.ts";
import { readChangeNote } from "#lib/server/findings/change-note.ts";
import { readIfMatch } from "#lib/server/findings/if-match.ts";
import { readFinding } from "#lib/server/findings/read-findings.ts";

const answer = (finding: Finding) => json(finding, { headers: { etag: `"${finding.version}"` } });

export const GET = withAccess("viewer", { params: findingParams }, async ({ params }) =>
  answer(await readFinding(params.findingId)),
);

/** Decides, relabels, reshapes; refused with 412 where If-Match names an older version. */
export const PATCH = withAccess(
  "reviewer",
  { params: findingParams, body: findingPatchSchema },
  async ({ params, body, request, principal }) =>
    answer(
      await changeFinding(
        params.findingId,
        body,
        readIfMatch(request.headers),
        principal,
        readChangeNote(request.headers),
      ),
    ),
);

/** Removes what one drew oneself, or anything as an operator. */
export const DELETE = withAccess("reviewer", { params: findingParams }, async ({ params, request, principal }) =>
  removeFinding(params.findingId, readIfMatch(request.headers), principal, readChangeNote(request.headers)),
);
