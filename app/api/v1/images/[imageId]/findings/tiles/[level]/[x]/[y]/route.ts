import { findingTileParams, findingTileQuery } from "#lib/core/api/findings.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readFindingTile } from "#lib/server/findings/read-finding-tile.ts";

/** Findings that touch a viewer tile, binary. */
export const GET = withAccess(
  "viewer",
  { params: findingTileParams, query: findingTileQuery },
  async ({ params, query }) => {
    const bytes = await readFindingTile(params, query);
    return new Response(bytes, {
      headers: { "content-type": "application/octet-stream", "cache-control": "no-store" },
    });
  },
);
