import type { Role } from "#lib/core/access/role.ts";

/** Who is acting. `actor` is what the audit log and histories show: an e-mail address, `token:NAME`, or `cli`. */
export type Principal = { actor: string; role: Role; kind: "session" | "token" | "cli" };

/** The command line acts as the owner (contract, section 2). */
export const CLI: Principal = { actor: "cli", role: "owner", kind: "cli" };
