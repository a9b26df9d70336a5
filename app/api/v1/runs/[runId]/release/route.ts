import { runParamsSchema, runReleaseSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { releaseRun } from "#lib/server/runs/control-run.ts";
import { readRun } from "#lib/server/runs/read-run.ts";

export const POST = withAccess(
  "owner",
  { params: runParamsSchema, body: runReleaseSchema },
  async ({ params, body, principal }) => {
    await releaseRun(params.runId, { reason: body.reason, actor: principal.actor });
    return readRun(params.runId);
  },
);
