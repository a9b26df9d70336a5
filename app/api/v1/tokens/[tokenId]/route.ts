import { tokenParams } from "#lib/core/api/params.ts";
import { endToken } from "#lib/server/access/tokens.ts";
import { withAccess } from "#lib/server/access/with-access.ts";

/** Revokes the token, at once. */
export const DELETE = withAccess("owner", { params: tokenParams }, async ({ params, principal }) =>
  endToken(params.tokenId, principal.actor),
);
