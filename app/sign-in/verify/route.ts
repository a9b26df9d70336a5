import { problemResponse } from "#lib/server/access/problem.ts";
import { isHttps, writeSessionCookie } from "#lib/server/access/session-cookie.ts";
import { redeemSignInLink } from "#lib/server/access/sign-in.ts";

/** The one-time link: opens a session and goes to the library; a link that is good no more goes to the sign-in page. */
export async function GET(request: Request): Promise<Response> {
  try {
    const token = new URL(request.url).searchParams.get("token") ?? "";
    const opened = await redeemSignInLink(token);
    // The token must not travel on as a referrer; the target is relative because a proxy may have another name for this host.
    const headers = new Headers({ "referrer-policy": "no-referrer", "cache-control": "no-store" });
    headers.set("location", opened ? "/" : "/sign-in?problem=link");
    if (opened) {
      const options = { maxAgeSeconds: opened.maxAgeSeconds, secure: isHttps(request) };
      headers.set("set-cookie", writeSessionCookie(opened.session, options));
    }
    return new Response(null, { status: 303, headers });
  } catch (error) {
    return problemResponse(error);
  }
}
