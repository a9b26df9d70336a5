import { newCommentSchema } from "#lib/core/api/findings.ts";
import { findingParams } from "#lib/core/api/params.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { addComment, readComments } from "#lib/server/findings/discuss-finding.ts";

export const GET = withAccess("viewer", { params: findingParams }, async ({ params }) => ({
  items: await readComments(params.findingId),
  nextCursor: null,
}));

export const POST = withAccess(
  "reviewer",
  { params: findingParams, body: newCommentSchema },
  async ({ params, body, principal }) =>
    json(await addComment(params.findingId, body, principal.actor), { status: 201 }),
);
