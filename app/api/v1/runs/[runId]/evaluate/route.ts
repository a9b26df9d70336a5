import { evaluateRunSchema } from "#lib/core/api/evaluations.ts";
import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { evaluateRun } from "#lib/server/runs/evaluate-run.ts";

/** Holds the run's findings against ground truth that was imported to its image. */
export const POST = withAccess("viewer", { params: runParams, body: evaluateRunSchema }, ({ params, body }) =>
  evaluateRun(params.runId, body),
);
