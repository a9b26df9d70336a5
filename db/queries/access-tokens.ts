import type { PoolClient } from "pg";
import type { Role } from "#lib/core/access/role.ts";

type Queryable = Pick<PoolClient, "query">;

/** An API token without its secret, which nobody has but its holder. */
export type TokenRow = {
  id: string;
  name: string;
  role: Role;
  createdBy: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
};

const COLUMNS = `id, name, role, created_by AS "createdBy", created_at AS "createdAt", last_used_at AS "lastUsedAt",
  revoked_at AS "revokedAt"`;

/** Keeps a new token's hash. */
export async function insertToken(
  client: Queryable,
  token: { id: string; name: string; tokenHash: string; role: Role; createdBy: string },
): Promise<TokenRow> {
  const { rows } = await client.query<TokenRow>(
    `INSERT INTO tokens (id, name, token_hash, role, created_by) VALUES ($1, $2, $3, $4, $5) RETURNING ${COLUMNS}`,
    [token.id, token.name, token.tokenHash, token.role, token.createdBy],
  );
  const saved = rows[0];
  if (!saved) throw new Error("the tokens table gave no row");
  return saved;
}

/** The token of that hash, or null where it is unknown or revoked. */
export async function findToken(
  client: Queryable,
  tokenHash: string,
): Promise<{ id: string; name: string; role: Role; stale: boolean } | null> {
  const { rows } = await client.query<{ id: string; name: string; role: Role; stale: boolean }>({
    name: "find-token",
    text: `SELECT id, name, role, (last_used_at IS NULL OR last_used_at < now() - interval '1 minute') AS stale
      FROM tokens WHERE token_hash = $1 AND revoked_at IS NULL`,
    values: [tokenHash],
  });
  return rows[0] ?? null;
}

/** Notes that a token was used. */
export async function touchToken(client: Queryable, id: string): Promise<void> {
  await client.query("UPDATE tokens SET last_used_at = now() WHERE id = $1", [id]);
}

/** All tokens, newest first. */
export async function listTokens(client: Queryable): Promise<TokenRow[]> {
  const { rows } = await client.query<TokenRow>(`SELECT ${COLUMNS} FROM tokens ORDER BY id DESC`);
  return rows;
}

/** Takes a token's power away. False where there is no such token, or it has none any more. */
export async function revokeToken(client: Queryable, id: string): Promise<boolean> {
  const { rowCount } = await client.query("UPDATE tokens SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL", [
    id,
  ]);
  return rowCount === 1;
}
