import { newFindingSchema } from "#lib/core/detection/finding.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { drawFinding } from "#lib/server/findings/draw-finding.ts";

/** Adds a finding drawn by hand. */
export const POST = withAccess("reviewer", { body: newFindingSchema }, async ({ body, principal }) => {
  const finding = await drawFinding(body, principal.actor);
  const headers = { etag: `"${finding.version}"`, location: `/api/v1/findings/${finding.id}` };
  return json(finding, { status: 201, headers });
});
