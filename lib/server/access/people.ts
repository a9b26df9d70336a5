import { inTransaction, pool } from "#db/client.ts";
import { hasOtherOwner, listUsers, type UserRow, updateUser } from "#db/queries/access-users.ts";
import { audit } from "#db/queries/audit.ts";
import type { Role } from "#lib/core/access/role.ts";
import type { Person } from "#lib/core/api/access.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { forgetRecentAnswers } from "./recent-answers.ts";

function present(row: UserRow): Person {
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    disabled: row.disabledAt !== null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** Everybody who may sign in or once could, in order of address. */
export async function readPeople(): Promise<Person[]> {
  return (await listUsers(pool())).map(present);
}

/** Changes a person's role, or shuts them out at once. Throws `not-found`, and `conflict` for the last owner. */
export async function changePerson(
  id: string,
  change: { role?: Role | undefined; disabled?: boolean | undefined },
  actor: string,
): Promise<Person> {
  const person = await inTransaction(async (client) => {
    const losesPower = change.disabled === true || (change.role !== undefined && change.role !== "owner");
    const changed = await updateUser(client, id, change);
    if (!changed) throw new TesseraError("not-found", "there is no such person");
    if (losesPower && !(await hasOtherOwner(client, id))) {
      throw new TesseraError("conflict", `${changed.email} is the last owner`, { remedy: "make another owner first" });
    }
    await audit(client, { actor, action: "change-user", subject: `user:${id}`, details: change });
    return present(changed);
  });
  forgetRecentAnswers();
  return person;
}
