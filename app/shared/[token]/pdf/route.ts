import { sharedParams } from "#lib/core/api/links.ts";
import { reportQuery } from "#lib/core/api/reports.ts";
import { parseParams } from "#lib/server/access/parse-request.ts";
import { problemResponse } from "#lib/server/access/problem.ts";
import { exportResponse } from "#lib/server/exports/export-response.ts";
import { requireShared } from "#lib/server/links/image-links.ts";
import { openReport } from "#lib/server/reports/open-report.ts";

/** The report that a link shares, as PDF. The link in the address is all that it takes. */
export async function GET(_request: Request, context: { params: Promise<Record<string, string>> }): Promise<Response> {
  try {
    const { token } = parseParams(sharedParams, await context.params);
    const { runId } = await requireShared(token, "report");
    return exportResponse(await openReport(runId ?? "", reportQuery.parse({})));
  } catch (error) {
    return problemResponse(error);
  }
}
