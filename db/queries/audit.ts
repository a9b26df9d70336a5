import type { PoolClient } from "pg";

type Queryable = Pick<PoolClient, "query">;

/** Who did what to what. `subject` reads `kind:id`; `details` never hold a secret. */
export type AuditEntry = { actor: string; action: string; subject: string; details?: Record<string, unknown> };

/** Appends to the audit log, in the caller's transaction where it has one. */
export async function audit(client: Queryable, entry: AuditEntry): Promise<void> {
  await client.query("INSERT INTO audit_log (actor, action, subject, details) VALUES ($1, $2, $3, $4)", [
    entry.actor,
    entry.action,
    entry.subject,
    entry.details === undefined ? null : JSON.stringify(entry.details),
  ]);
}

/** What was done to a subject, oldest first. */
export async function readAudit(
  client: Queryable,
  subject: string,
): Promise<(Required<Pick<AuditEntry, "actor" | "action" | "subject">> & { details: unknown; createdAt: Date })[]> {
  const { rows } = await client.query(
    `SELECT actor, action, subject, details, created_at AS "createdAt" FROM audit_log WHERE subject = $1 ORDER BY id`,
    [subject],
  );
  return rows;
}
