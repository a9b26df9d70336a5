import { imageParams } from "#lib/core/api/params.ts";
import { reviewQueueRequest } from "#lib/core/api/review.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { reviewQueue } from "#lib/server/review/review-queue.ts";

/** Takes undecided findings, which nobody else gets meanwhile. */
export const POST = withAccess(
  "reviewer",
  { params: imageParams, body: reviewQueueRequest },
  async ({ params, body, principal }) => reviewQueue(params.imageId, body, principal),
);
