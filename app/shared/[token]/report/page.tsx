import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { ReportPage } from "#components/report/report-page.tsx";
import { readSharedReport } from "#lib/server/links/shared-report.ts";
import { foundOrNull } from "../found-or-null.ts";

export const metadata: Metadata = { title: "Report", robots: { index: false, follow: false } };

export default async function Page({ params }: { params: Promise<{ token: string }> }) {
  const { token } = await params;
  const shared = await foundOrNull(readSharedReport(token));
  if (!shared) notFound();
  const { report, logo, pictures } = shared;
  return (
    <ReportPage
      report={report}
      logo={logo}
      places={{ picture: (address) => pictures.get(address) ?? null, finding: null, pdf: `/shared/${token}/pdf` }}
    />
  );
}
