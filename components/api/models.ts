import { type ModelTrialAnswer, modelTrialSchema } from "#lib/core/api/models.ts";
import { sendJson } from "./http.ts";

/**
 * Makes one real call of a model; with `ifNew` only where it answered none within a day. Throws a problem that says what is wrong and what
 * to do.
 */
export const testModel = (model: string, ifNew = false): Promise<ModelTrialAnswer> =>
  sendJson(modelTrialSchema, "/api/v1/models/test", { method: "POST", body: { model, ifNew } });
