import { type Role, roleAllows } from "#lib/core/access/role.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { Principal } from "./principal.ts";

/** Lets a principal pass whose role allows `role`. Throws `unauthenticated` for nobody known, `not-found` for too weak a role. */
export function admit(principal: Principal | null, role: Role): Principal {
  if (!principal) {
    throw new TesseraError("unauthenticated", "no session or token that is good came with the request", {
      remedy: "sign in, or send Authorization: Bearer TOKEN",
    });
  }
  if (!roleAllows(principal.role, role)) {
    throw new TesseraError("not-found", `there is nothing here for the role ${principal.role}`, {
      remedy: `it takes the role ${role}`,
    });
  }
  return principal;
}
