import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { currentPrincipal } from "#lib/server/access/authenticate.ts";
import type { Principal } from "#lib/server/access/principal.ts";

/** Who looks at this page; who is not signed in is sent to be. */
export async function requirePrincipal(): Promise<Principal> {
  const principal = await currentPrincipal((await headers()).get("cookie"));
  if (!principal) redirect("/sign-in");
  return principal;
}
