import { importFolderQuery } from "#lib/core/api/images.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readImportFolder } from "#lib/server/images/import-folder.ts";

/** What a folder below the import folder holds. */
export const GET = withAccess("operator", { query: importFolderQuery }, async ({ query }) => ({
  items: await readImportFolder(query.path),
  nextCursor: null,
}));
