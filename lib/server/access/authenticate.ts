import { pool } from "#db/client.ts";
import { deleteSession, findSession } from "#db/queries/access-sessions.ts";
import { findToken, touchToken } from "#db/queries/access-tokens.ts";
import { noteBadAttempt } from "./bad-attempts.ts";
import type { Principal } from "./principal.ts";
import { forgetRecentAnswers, recentAnswer } from "./recent-answers.ts";
import { hashSecret, looksLikeSecret } from "./secret.ts";
import { readSessionCookie } from "./session-cookie.ts";

/**
 * Who sends a request with these headers; null where nobody known does. An `Authorization` header decides alone, also where a
 * cookie is there too. Throws `too-many-requests` for a stream of bad tokens.
 */
export async function authenticate(headers: Pick<Headers, "get">): Promise<Principal | null> {
  const authorization = headers.get("authorization");
  if (authorization === null) return currentPrincipal(headers.get("cookie"));
  const secret = /^bearer +(\S+)$/i.exec(authorization)?.[1];
  const token = secret && looksLikeSecret("tsr", secret) ? await findToken(pool(), hashSecret(secret)) : null;
  if (!token) {
    noteBadAttempt();
    return null;
  }
  if (token.stale) await touchToken(pool(), token.id);
  return { id: `token:${token.id}`, actor: `token:${token.name}`, role: token.role, kind: "token" };
}

/** As `authenticate`, at most half a second old: for what is asked many times a second. */
export function authenticateRecently(headers: Pick<Headers, "get">): Promise<Principal | null> {
  const credentials = `${headers.get("authorization") ?? ""}\n${readSessionCookie(headers.get("cookie")) ?? ""}`;
  return recentAnswer(`principal ${hashSecret(credentials)}`, () => authenticate(headers));
}

/** Whose session a `Cookie` header carries, or null. For pages; routes go through `withAccess`. */
export async function currentPrincipal(cookieHeader: string | null): Promise<Principal | null> {
  const secret = readSessionCookie(cookieHeader);
  if (!secret || !looksLikeSecret("tss", secret)) return null;
  const session = await findSession(pool(), hashSecret(secret));
  return session && { id: `person:${session.email}`, actor: session.email, role: session.role, kind: "session" };
}

/** Ends the session that a `Cookie` header carries, if any. */
export async function signOut(cookieHeader: string | null): Promise<void> {
  const secret = readSessionCookie(cookieHeader);
  if (secret) await deleteSession(pool(), hashSecret(secret));
  forgetRecentAnswers();
}
