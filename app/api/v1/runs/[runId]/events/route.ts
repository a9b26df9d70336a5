import { runParamsSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { eventStream } from "#lib/server/events/event-stream.ts";
import { requireRun } from "#lib/server/runs/read-run.ts";

export const GET = withAccess("viewer", { params: runParamsSchema }, async ({ params, request }) => {
  await requireRun(params.runId);
  return eventStream({ runId: params.runId }, request.headers.get("last-event-id"), request.signal);
});
