import type { PoolClient } from "pg";
import type { Role } from "#lib/core/access/role.ts";

type Queryable = Pick<PoolClient, "query">;

/** Keeps a one-time link's hash in place of all that this person has not used yet. */
export async function replaceSignInLink(
  client: Queryable,
  link: { tokenHash: string; userId: string; expiresAt: Date },
): Promise<void> {
  await client.query("DELETE FROM sign_in_links WHERE (user_id = $1 AND used_at IS NULL) OR expires_at < now()", [
    link.userId,
  ]);
  await client.query("INSERT INTO sign_in_links (token_hash, user_id, expires_at) VALUES ($1, $2, $3)", [
    link.tokenHash,
    link.userId,
    link.expiresAt,
  ]);
}

/** Uses a link up. Returns whose it was; null where it is unknown, used or expired, or the person is shut out. */
export async function useSignInLink(
  client: Queryable,
  tokenHash: string,
): Promise<{ userId: string; email: string } | null> {
  const { rows } = await client.query<{ userId: string; email: string }>(
    `UPDATE sign_in_links SET used_at = now() FROM users
      WHERE sign_in_links.token_hash = $1 AND used_at IS NULL AND expires_at > now()
        AND users.id = sign_in_links.user_id AND users.disabled_at IS NULL
      RETURNING users.id AS "userId", users.email`,
    [tokenHash],
  );
  return rows[0] ?? null;
}

/** Opens a session; those that have expired are swept out. */
export async function insertSession(
  client: Queryable,
  session: { tokenHash: string; userId: string; expiresAt: Date },
): Promise<void> {
  await client.query("DELETE FROM sessions WHERE expires_at < now()");
  await client.query("INSERT INTO sessions (token_hash, user_id, expires_at) VALUES ($1, $2, $3)", [
    session.tokenHash,
    session.userId,
    session.expiresAt,
  ]);
}

/** Whose session this is, or null where it is unknown, expired, or the person is shut out. */
export async function findSession(client: Queryable, tokenHash: string): Promise<{ email: string; role: Role } | null> {
  const { rows } = await client.query<{ email: string; role: Role }>({
    name: "find-session",
    text: `SELECT users.email, users.role FROM sessions JOIN users ON users.id = sessions.user_id
      WHERE sessions.token_hash = $1 AND sessions.expires_at > now() AND users.disabled_at IS NULL`,
    values: [tokenHash],
  });
  return rows[0] ?? null;
}

/** Ends a session. */
export async function deleteSession(client: Queryable, tokenHash: string): Promise<void> {
  await client.query("DELETE FROM sessions WHERE token_hash = $1", [tokenHash]);
}
