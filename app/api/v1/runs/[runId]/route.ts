import { runParamsSchema, runPatchSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { setConcurrency } from "#lib/server/runs/control-run.ts";
import { readRun } from "#lib/server/runs/read-run.ts";

export const GET = withAccess("viewer", { params: runParamsSchema }, async ({ params }) => readRun(params.runId));

export const PATCH = withAccess(
  "operator",
  { params: runParamsSchema, body: runPatchSchema },
  async ({ params, body, principal }) => {
    await setConcurrency(params.runId, body.concurrency, principal.actor);
    return readRun(params.runId);
  },
);
