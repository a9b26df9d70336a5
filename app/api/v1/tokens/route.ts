import { newTokenSchema } from "#lib/core/api/access.ts";
import { createToken, readTokens } from "#lib/server/access/tokens.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";

/** All tokens, without their secrets. */
export const GET = withAccess("owner", {}, async () => ({ items: await readTokens(), nextCursor: null }));

/** Makes a token; its secret is in this answer only. */
export const POST = withAccess("owner", { body: newTokenSchema }, async ({ body, principal }) =>
  json(await createToken(body, principal.actor), { status: 201 }),
);
