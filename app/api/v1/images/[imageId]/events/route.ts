import { imageRunsParamsSchema } from "#lib/core/api/runs.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { eventStream } from "#lib/server/events/event-stream.ts";

export const GET = withAccess("viewer", { params: imageRunsParamsSchema }, async ({ params, request }) =>
  eventStream({ imageId: params.imageId }, request.headers.get("last-event-id"), request.signal),
);
