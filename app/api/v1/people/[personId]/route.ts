import { personPatchSchema } from "#lib/core/api/access.ts";
import { personParams } from "#lib/core/api/params.ts";
import { changePerson } from "#lib/server/access/people.ts";
import { withAccess } from "#lib/server/access/with-access.ts";

/** Gives a person another role, or shuts them out. */
export const PATCH = withAccess(
  "owner",
  { params: personParams, body: personPatchSchema },
  async ({ params, body, principal }) => changePerson(params.personId, body, principal.actor),
);
