import { imageRunsParamsSchema } from "#lib/core/api/runs.ts";
import { runRequestSchema } from "#lib/core/detection/run.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { answerOnce } from "#lib/server/runs/answer-once.ts";
import { createRun } from "#lib/server/runs/create-run.ts";

export const POST = withAccess(
  "operator",
  { params: imageRunsParamsSchema, body: runRequestSchema },
  async ({ params, body, principal, request }) => {
    const key = request.headers.get("idempotency-key");
    const call = { actor: principal.actor, key, asked: { imageId: params.imageId, ...body } };
    const run = await answerOnce(call, () => createRun(params.imageId, body, principal.actor));
    return json(run, { status: 201 });
  },
);
