import { collectionParams } from "#lib/core/api/params.ts";
import { runRequestSchema } from "#lib/core/detection/run.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { answerOnce } from "#lib/server/runs/answer-once.ts";
import { runCollection } from "#lib/server/runs/run-collection.ts";

/** Starts a run of every image of the collection under one configuration. */
export const POST = withAccess(
  "operator",
  { params: collectionParams, body: runRequestSchema },
  async ({ params, body, principal, request }) => {
    const key = request.headers.get("idempotency-key");
    const call = { actor: principal.actor, key, asked: { collectionId: params.collectionId, ...body } };
    const runs = await answerOnce(call, () => runCollection(params.collectionId, body, principal.actor));
    return json(runs, { status: 201 });
  },
);
