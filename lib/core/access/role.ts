/** Roles, weakest first; each may do what those before it may (contract, section 5). */
export const ROLES = ["viewer", "reviewer", "operator", "owner"] as const;
export type Role = (typeof ROLES)[number];

/** True where `held` allows what `needed` does. */
export function roleAllows(held: Role, needed: Role): boolean {
  return ROLES.indexOf(held) >= ROLES.indexOf(needed);
}
