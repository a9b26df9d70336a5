import { pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import type { ModelTrialAnswer } from "#lib/core/api/models.ts";
import { judgeTrial, tryModel } from "#lib/models/try-model.ts";
import { priceOf } from "./limits/model-limits.ts";
import { tileModelOf } from "./models.ts";

const PATIENCE_MS = 60_000;

/**
 * Makes one real call of a model, with a picture of our own, and says what came of it; audited, as it may cost money. Throws what opening
 * or calling it throws, with what to do.
 */
export async function testModel(id: string, actor: string): Promise<ModelTrialAnswer> {
  const model = tileModelOf(id, await priceOf(id));
  await audit(pool(), { actor, action: "test-model", subject: `model:${id}`, details: {} });
  const trial = await tryModel(model, AbortSignal.timeout(PATIENCE_MS));
  return { ...trial, ...judgeTrial(trial) };
}
