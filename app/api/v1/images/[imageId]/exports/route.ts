import { newExportSchema } from "#lib/core/api/exports.ts";
import { imageParams } from "#lib/core/api/params.ts";
import { json, withAccess } from "#lib/server/access/with-access.ts";
import { readExports, requestExport } from "#lib/server/exports/export-jobs.ts";

/** The image's exports, newest first. */
export const GET = withAccess("viewer", { params: imageParams }, async ({ params }) => ({
  items: await readExports(params),
  nextCursor: null,
}));

/** Asks for an export that is written in the background. */
export const POST = withAccess(
  "viewer",
  { params: imageParams, body: newExportSchema },
  async ({ principal, params, body }) =>
    json(await requestExport(params.imageId, body, principal.actor), { status: 201 }),
);
