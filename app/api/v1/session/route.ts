import { signOut } from "#lib/server/access/authenticate.ts";
import { isHttps, writeSessionCookie } from "#lib/server/access/session-cookie.ts";
import { withAccess } from "#lib/server/access/with-access.ts";

/** Who the caller is. */
export const GET = withAccess("viewer", {}, async ({ principal: { actor, role, kind } }) => ({ actor, role, kind }));

/** Signs out. */
export const DELETE = withAccess("viewer", {}, async ({ request }) => {
  await signOut(request.headers.get("cookie"));
  const cookie = writeSessionCookie("", { maxAgeSeconds: 0, secure: isHttps(request) });
  return new Response(null, { status: 204, headers: { "set-cookie": cookie } });
});
