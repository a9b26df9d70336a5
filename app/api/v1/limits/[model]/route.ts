import { modelLimitParamsSchema, modelLimitSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { setModelLimit } from "#lib/server/limits/model-limits.ts";

export const PUT = withAccess(
  "operator",
  { params: modelLimitParamsSchema, body: modelLimitSchema },
  async ({ principal, params, body }) => setModelLimit(params.model, body, principal),
);
