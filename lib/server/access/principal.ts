import type { Role } from "#lib/core/access/role.ts";

/**
 * Who is acting. `actor` is what the audit log and histories show: an e-mail address, `token:NAME`, or `cli`. Tokens may share a name:
 * what belongs to one alone goes by `id`.
 */
export type Principal = { id: string; actor: string; role: Role; kind: "session" | "token" | "cli" };

/** The command line acts as the owner (contract, section 2). */
export const CLI: Principal = { id: "cli", actor: "cli", role: "owner", kind: "cli" };
