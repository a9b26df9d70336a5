import type { z } from "zod";
import { pool } from "#db/client.ts";
import { audit } from "#db/queries/audit.ts";
import type { ModelTrialAnswer, modelTestSchema } from "#lib/core/api/models.ts";
import { judgeTrial, tryModel } from "#lib/models/try-model.ts";
import { answeredLately, asUnusable, noteCall } from "./check-model.ts";
import { priceOf } from "./limits/model-limits.ts";
import { tileModelOf } from "./models.ts";

const PATIENCE_MS = 60_000;
const NO_CALL = { good: true, ms: 0, detections: 0, overlap: null, inputTokens: 0, outputTokens: 0, cost: null };

/**
 * Makes one real call of a model, with a picture of our own, and says what came of it; audited, as it may cost money. Throws what opening
 * or calling it throws, with what to do: `model-unusable` where its set-up is at fault. `ifNew`: no call where it answered within a day.
 */
export async function testModel(
  { model: id, ifNew }: z.infer<typeof modelTestSchema>,
  actor: string,
): Promise<ModelTrialAnswer> {
  if (ifNew && (await answeredLately(id))) return { ...NO_CALL, model: id, text: `${id} answered here lately` };
  try {
    const model = tileModelOf(id, await priceOf(id));
    await audit(pool(), { actor, action: "test-model", subject: `model:${id}`, details: {} });
    const trial = await tryModel(model, AbortSignal.timeout(PATIENCE_MS));
    await noteCall({ id, role: "tile" });
    return { ...trial, ...judgeTrial(trial) };
  } catch (error) {
    await noteCall({ id, role: "tile" }, error);
    throw asUnusable(error);
  }
}
