import { runParams } from "#lib/core/api/params.ts";
import { reportQuery } from "#lib/core/api/reports.ts";
import { writeManifest } from "#lib/core/report/manifest.ts";
import { withAccess } from "#lib/server/access/with-access.ts";
import { readSignedManifest } from "#lib/server/reports/open-report.ts";

/** What a report of the run would stand on now, signed by the installation, as `tessera verify` takes it. */
export const GET = withAccess("viewer", { params: runParams }, async ({ params }) => {
  const manifest = await readSignedManifest(params.runId, reportQuery.parse({}));
  return new Response(writeManifest(manifest), {
    headers: { "content-type": "application/json", "cache-control": "no-store" },
  });
});
