import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { z } from "zod";
import { ReportPage } from "#components/report/report-page.tsx";
import { ShareReport } from "#components/share/share-report.tsx";
import { roleAllows } from "#lib/core/access/role.ts";
import { reportQuery } from "#lib/core/api/reports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { composeReport } from "#lib/core/report/compose-report.ts";
import { dataAddress } from "#lib/server/links/shared-report.ts";
import { readReport } from "#lib/server/reports/read-report.ts";
import { reportLogo } from "#lib/server/reports/report-logo.ts";
import { requirePrincipal } from "../../../require-principal.ts";

export const metadata: Metadata = { title: "Report" };

type Search = Record<string, string | string[] | undefined>;

export default async function Page({
  params,
  searchParams,
}: {
  params: Promise<{ runId: string }>;
  searchParams: Promise<Search>;
}) {
  const { role } = await requirePrincipal();
  const runId = z.uuid().safeParse((await params).runId);
  const search = await searchParams;
  const query = reportQuery.safeParse(search);
  if (!runId.success || !query.success) notFound();
  const facts = await readReport(runId.data, query.data).catch((error: unknown) => {
    if (error instanceof TesseraError && error.code === "not-found") notFound();
    throw error;
  });
  const report = composeReport(facts);
  const logo = await reportLogo();
  return (
    <ReportPage
      report={report}
      logo={logo && dataAddress("image/png", logo)}
      actions={
        roleAllows(role, "owner") && (
          <ShareReport image={{ id: report.imageId, name: report.title }} runId={report.runId} />
        )
      }
      places={{
        picture: (address) => address.replace("/iiif/3/", `/iiif/3/${report.imageId}`),
        finding: (id) => `/images/${report.imageId}?run=${report.runId}&finding=${id}`,
        pdf: pdfAddress(report.runId, search),
      }}
    />
  );
}

/** The same report as PDF. */
function pdfAddress(runId: string, search: Search): string {
  const query = new URLSearchParams({ format: "pdf" });
  for (const [name, value] of Object.entries(search)) for (const each of [value ?? []].flat()) query.append(name, each);
  return `/api/v1/runs/${runId}/export?${query}`;
}
