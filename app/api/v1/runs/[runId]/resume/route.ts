import { runParamsSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { resumeRun } from "#lib/server/runs/control-run.ts";
import { readRun } from "#lib/server/runs/read-run.ts";

export const POST = withAccess("operator", { params: runParamsSchema }, async ({ params, principal }) => {
  await resumeRun(params.runId, principal.actor);
  return readRun(params.runId);
});
