import { findingListQuery } from "#lib/core/api/findings.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readFindings } from "#lib/server/findings/read-findings.ts";

/** Findings of the image, filtered and sorted. */
export const GET = withAccess("viewer", { params: imageParams, query: findingListQuery }, async ({ params, query }) =>
  readFindings(params.imageId, query),
);
