import { findingSummaryQuery } from "#lib/core/api/findings.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { summariseFindings } from "#lib/server/findings/read-findings.ts";

/** Counts by label and review state, and the histogram of scores. */
export const GET = withAccess(
  "viewer",
  { params: imageParams, query: findingSummaryQuery },
  async ({ params, query }) => summariseFindings(params.imageId, query),
);
