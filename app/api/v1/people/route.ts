import { newPersonSchema } from "#lib/core/api/access.ts";
import { readPeople } from "#lib/server/access/people.ts";
import { addUser } from "#lib/server/access/sign-in.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";

/** Everybody who may sign in or once could. */
export const GET = withAccess("owner", {}, async () => ({ items: await readPeople(), nextCursor: null }));

/** Lets a person in; the one-time link to hand to them is in this answer only. */
export const POST = withAccess("owner", { body: newPersonSchema }, async ({ body, principal }) => {
  const { path, ...person } = await addUser(body, principal.actor);
  return json({ ...person, signInPath: path }, { status: 201 });
});
