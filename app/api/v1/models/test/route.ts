import { modelTestSchema } from "#lib/core/api/models.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { testModel } from "#lib/server/try-model.ts";

export const POST = withAccess("operator", { body: modelTestSchema }, async ({ principal, body }) =>
  testModel(body, principal.actor),
);
