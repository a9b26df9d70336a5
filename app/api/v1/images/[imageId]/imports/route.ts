import { imageParams } from "#lib/core/api/params.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readImports } from "#lib/server/imports/undo-import.ts";

/** The image's imports, newest first. */
export const GET = withAccess("viewer", { params: imageParams }, async ({ params }) => ({
  items: await readImports(params.imageId),
  nextCursor: null,
}));
