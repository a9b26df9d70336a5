import { inTransaction } from "#db/client.ts";
import { insertSession, replaceSignInLink, useSignInLink } from "#db/queries/access-sessions.ts";
import { findOwner, upsertUser } from "#db/queries/access-users.ts";
import { audit } from "#db/queries/audit.ts";
import type { Role } from "#lib/core/access/role.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { forgetRecentAnswers } from "./recent-answers.ts";
import { hashSecret, looksLikeSecret, newSecret } from "./secret.ts";

const DAY_MS = 86_400_000;
const LINK_LIFE_MS = DAY_MS;
/** How long a session lasts, in days. */
const SESSION_DAYS = 30;

/** Path of a one-time link; the caller puts the origin before it. */
function linkPath(secret: string): string {
  return `/sign-in/verify?token=${secret}`;
}

/**
 * A one-time sign-in link for the owner, good for a day; it replaces those not used yet. Where there is no owner,
 * `owner@localhost` becomes one.
 */
export async function createOwnerSignInLink(): Promise<{ path: string }> {
  const secret = newSecret("tsl");
  await inTransaction(async (client) => {
    // Two processes that start at once agree on one owner.
    await client.query("LOCK TABLE users IN SHARE ROW EXCLUSIVE MODE");
    const owner =
      (await findOwner(client)) ??
      (await upsertUser(client, { id: uuidv7(), email: "owner@localhost", role: "owner" })).user;
    await replaceSignInLink(client, {
      tokenHash: hashSecret(secret),
      userId: owner.id,
      expiresAt: new Date(Date.now() + LINK_LIFE_MS),
    });
  });
  return { path: linkPath(secret) };
}

/** Adds a person, or gives the one of that address this role, with a one-time link to sign in by. */
export async function addUser(
  request: { email: string; role: Role },
  actor: string,
): Promise<{ id: string; email: string; role: Role; path: string }> {
  const email = request.email.trim().toLowerCase();
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) {
    throw new TesseraError("bad-input", `${request.email} is not an e-mail address`, {
      remedy: "write it as name@place",
    });
  }
  const secret = newSecret("tsl");
  const user = await inTransaction(async (client) => {
    const { user: saved, previousRole } = await upsertUser(client, { id: uuidv7(), email, role: request.role });
    await replaceSignInLink(client, {
      tokenHash: hashSecret(secret),
      userId: saved.id,
      expiresAt: new Date(Date.now() + LINK_LIFE_MS),
    });
    const details = { email, role: request.role, previousRole };
    await audit(client, { actor, action: "add-user", subject: `user:${saved.id}`, details });
    return saved;
  });
  forgetRecentAnswers();
  return { id: user.id, email, role: user.role, path: linkPath(secret) };
}

/** Uses a one-time link up and opens a session. Returns the session's secret, or null where the link is good no more. */
export async function redeemSignInLink(secret: string): Promise<{ session: string; maxAgeSeconds: number } | null> {
  if (!looksLikeSecret("tsl", secret)) return null;
  const session = newSecret("tss");
  const opened = await inTransaction(async (client) => {
    const user = await useSignInLink(client, hashSecret(secret));
    if (!user) return false;
    const expiresAt = new Date(Date.now() + SESSION_DAYS * DAY_MS);
    await insertSession(client, { tokenHash: hashSecret(session), userId: user.userId, expiresAt });
    await audit(client, { actor: user.email, action: "sign-in", subject: `user:${user.userId}` });
    return true;
  });
  return opened ? { session, maxAgeSeconds: (SESSION_DAYS * DAY_MS) / 1000 } : null;
}
