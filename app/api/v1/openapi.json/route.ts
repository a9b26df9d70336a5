import { openApiDocument } from "#lib/core/api/open-api.ts";
import { withAccess } from "#lib/server/access/with-access.ts";

/** What the API offers, for programs. */
export const GET = withAccess("viewer", {}, async () => openApiDocument());
