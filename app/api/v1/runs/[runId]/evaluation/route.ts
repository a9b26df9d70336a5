import { evaluationQuery } from "#lib/core/api/evaluation-details.ts";
import { runParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readEvaluation } from "#lib/server/evaluation/read-evaluation.ts";

/** The run against what is taken for the truth, with curves and examples of what is wrong. */
export const GET = withAccess("viewer", { params: runParams, query: evaluationQuery }, ({ params, query }) =>
  readEvaluation(params.runId, query),
);
