import { type ModelTrialAnswer, modelTrialSchema } from "#lib/core/api/models.ts";
import { sendJson } from "./http.ts";

/** Makes one real call of a model. Throws a problem that says what is wrong and what to do. */
export const testModel = (model: string): Promise<ModelTrialAnswer> =>
  sendJson(modelTrialSchema, "/api/v1/models/test", { method: "POST", body: { model } });
