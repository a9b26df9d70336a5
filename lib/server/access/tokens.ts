import { inTransaction, pool } from "#db/client.ts";
import { insertToken, listTokens, revokeToken, type TokenRow } from "#db/queries/access-tokens.ts";
import { audit } from "#db/queries/audit.ts";
import type { Role } from "#lib/core/access/role.ts";
import type { ApiToken } from "#lib/core/api/access.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { forgetRecentAnswers } from "./recent-answers.ts";
import { hashSecret, newSecret } from "./secret.ts";

function present(row: TokenRow): ApiToken {
  return {
    id: row.id,
    name: row.name,
    role: row.role,
    createdBy: row.createdBy,
    createdAt: row.createdAt.toISOString(),
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}

/** Makes a token. `token` is the secret: shown this once, kept as a hash only. */
export async function createToken(
  request: { name: string; role: Role },
  actor: string,
): Promise<ApiToken & { token: string }> {
  const secret = newSecret("tsr");
  const id = uuidv7();
  const row = await inTransaction(async (client) => {
    const details = { name: request.name, role: request.role };
    await audit(client, { actor, action: "create-token", subject: `token:${id}`, details });
    return insertToken(client, { id, ...request, tokenHash: hashSecret(secret), createdBy: actor });
  });
  return { ...present(row), token: secret };
}

/** All tokens without their secrets, newest first. */
export async function readTokens(): Promise<ApiToken[]> {
  return (await listTokens(pool())).map(present);
}

/** Takes a token's power away at once. Throws `not-found`. */
export async function endToken(id: string, actor: string): Promise<void> {
  await inTransaction(async (client) => {
    if (!(await revokeToken(client, id))) throw new TesseraError("not-found", "there is no such token in force");
    await audit(client, { actor, action: "revoke-token", subject: `token:${id}` });
  });
  forgetRecentAnswers();
}
