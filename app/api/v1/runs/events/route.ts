import { withAccess } from "#lib/server/access/with-access.ts";
import { eventStream } from "#lib/server/events/event-stream.ts";

export const GET = withAccess("viewer", {}, async ({ request }) =>
  eventStream({ kinds: ["run", "limit", "progress"] }, request.headers.get("last-event-id"), request.signal),
);
