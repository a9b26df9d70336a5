import type { PoolClient } from "pg";
import type { Role } from "#lib/core/access/role.ts";

type Queryable = Pick<PoolClient, "query">;

/** A person who may sign in. */
export type UserRow = { id: string; email: string; role: Role; createdAt: Date; disabledAt: Date | null };

const COLUMNS = `id, email, role, created_at AS "createdAt", disabled_at AS "disabledAt"`;

/** Adds the person, or gives the one of that address this role and lets them in again. */
export async function upsertUser(
  client: Queryable,
  user: { id: string; email: string; role: Role },
): Promise<{ user: UserRow; previousRole: Role | null }> {
  const before = await client.query<UserRow>(`SELECT ${COLUMNS} FROM users WHERE email = $1 FOR UPDATE`, [user.email]);
  const { rows } = await client.query<UserRow>(
    `INSERT INTO users (id, email, role) VALUES ($1, $2, $3)
      ON CONFLICT (email) DO UPDATE SET role = excluded.role, disabled_at = NULL RETURNING ${COLUMNS}`,
    [user.id, user.email, user.role],
  );
  const saved = rows[0];
  if (!saved) throw new Error("the users table gave no row");
  return { user: saved, previousRole: before.rows[0]?.role ?? null };
}

/** The oldest owner who may sign in, or null. */
export async function findOwner(client: Queryable): Promise<UserRow | null> {
  const { rows } = await client.query<UserRow>(
    `SELECT ${COLUMNS} FROM users WHERE role = 'owner' AND disabled_at IS NULL ORDER BY created_at, id LIMIT 1`,
  );
  return rows[0] ?? null;
}

/** Everybody, in order of address. */
export async function listUsers(client: Queryable): Promise<UserRow[]> {
  const { rows } = await client.query<UserRow>(`SELECT ${COLUMNS} FROM users ORDER BY email`);
  return rows;
}

/** Changes a person's role or shuts them out. Returns null where there is no such person. */
export async function updateUser(
  client: Queryable,
  id: string,
  change: { role?: Role | undefined; disabled?: boolean | undefined },
): Promise<UserRow | null> {
  const { rows } = await client.query<UserRow>(
    `UPDATE users SET role = coalesce($2, role),
        disabled_at = CASE WHEN $3::boolean IS NULL THEN disabled_at WHEN $3 THEN coalesce(disabled_at, now()) END
      WHERE id = $1 RETURNING ${COLUMNS}`,
    [id, change.role ?? null, change.disabled ?? null],
  );
  return rows[0] ?? null;
}

/** True where somebody other than `id` is an owner who may sign in. */
export async function hasOtherOwner(client: Queryable, id: string): Promise<boolean> {
  const { rows } = await client.query(
    "SELECT 1 FROM users WHERE role = 'owner' AND disabled_at IS NULL AND id <> $1 LIMIT 1 FOR UPDATE",
    [id],
  );
  return rows.length > 0;
}
