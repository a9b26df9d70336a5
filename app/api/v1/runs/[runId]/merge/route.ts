import { runParamsSchema } from "#lib/core/api/runs.ts";
import { mergeSettingsSchema } from "#lib/core/detection/run.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { mergeAgain } from "#lib/server/runs/control-run.ts";
import { readRun } from "#lib/server/runs/read-run.ts";

/** Another version of a run's findings, merged with other settings from what its tiles said. */
export const POST = withAccess(
  "operator",
  { params: runParamsSchema, body: mergeSettingsSchema },
  async ({ params, body, principal }) => {
    await mergeAgain(params.runId, body, principal.actor);
    return readRun(params.runId);
  },
);
