import { inTransaction, pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import { listModelLimits, upsertModelLimit } from "#db/queries/limits.ts";
import { type ModelLimit, modelLimitSchema, type NamedModelLimit } from "#lib/core/api/runs.ts";
import type { Price } from "#lib/models/settings.ts";
import type { Principal } from "../access/principal.ts";
import { log } from "../log/log.ts";

/** Limits and prices of all models that people set any for, by name. */
export async function readModelLimits(): Promise<NamedModelLimit[]> {
  return listModelLimits(pool());
}

/** Sets what a model may be asked to do, over all runs and processes; they follow within a second. Audited. */
export async function setModelLimit(
  model: string,
  limit: ModelLimit,
  { actor }: Pick<Principal, "actor">,
): Promise<NamedModelLimit> {
  await inTransaction(async (client) => {
    await upsertModelLimit(client, model, limit);
    await audit(client, { actor, action: "limit-model", subject: `model:${model}`, details: limit });
  });
  log().info({ actor, action: "limit-model", model, ...limit }, "control");
  return { model, ...limit };
}

/** The limits and prices of a model; all null where nobody set any. */
export async function readModelLimit(model: string): Promise<NamedModelLimit> {
  const known = (await listModelLimits(pool())).find((limit) => limit.model === model);
  return known ?? { model, ...modelLimitSchema.parse({}) };
}

/** What tokens of a model cost, or null where nobody has said. */
export async function priceOf(model: string): Promise<Price | null> {
  const { inputPrice, outputPrice } = await readModelLimit(model);
  if (inputPrice === null && outputPrice === null) return null;
  return { inputPerMillion: inputPrice ?? 0, outputPerMillion: outputPrice ?? 0 };
}
