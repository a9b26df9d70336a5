import { findingParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readEvidence } from "#lib/server/findings/read-evidence.ts";

/** What the finding rests on: tiles, raw boxes, crop, words, replies, attempts, time and cost. */
export const GET = withAccess("viewer", { params: findingParams }, ({ params }) => readEvidence(params.findingId));
