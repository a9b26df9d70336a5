import { Download, Printer } from "lucide-react";
import type { ReactNode } from "react";
import type { ReportDocument } from "#lib/core/report/report-document.ts";
import { formatUtc } from "#lib/core/report/words.ts";
import { BlockView } from "./block-view.tsx";
import { PrintButton } from "./print-button.tsx";

/** Where the page takes pictures and links from. */
export type ReportPlaces = {
  /** Where the picture of an address is that names no image; null: it is not shown. */
  picture: (address: string) => string | null;
  /** Where a finding is looked at; null where that is not for who reads this. */
  finding: ((id: string) => string) | null;
  /** Where the PDF is; null where it is not for who reads this. */
  pdf: string | null;
};

/** The report of a run on paper: the same blocks as its PDF. */
export function ReportPage({
  report,
  logo,
  places,
  actions,
}: {
  report: ReportDocument;
  /** Data address of the logo. */
  logo: string | null;
  places: ReportPlaces;
  actions?: ReactNode;
}) {
  return (
    <div className="min-h-dvh bg-canvas py-6 print:bg-white print:py-0">
      <nav
        aria-label="Report"
        className="mx-auto mb-4 flex max-w-[54rem] items-center justify-end gap-2 px-4 print:hidden"
      >
        {actions}
        {places.pdf && (
          <a
            href={places.pdf}
            download
            className="inline-flex h-8 items-center gap-1.5 rounded-md bg-accent px-3 text-sm font-medium text-accent-ink hover:brightness-110"
          >
            <Download size={15} aria-hidden />
            Download as PDF
          </a>
        )}
        <PrintButton icon={<Printer size={15} aria-hidden />} />
      </nav>
      <main className="report-paper mx-auto max-w-[54rem] bg-white px-12 py-12 shadow-float print:max-w-none print:px-0 print:py-0 print:shadow-none">
        <header className="mb-6 border-b-2 border-[#1c2026] pb-4">
          <div className="flex items-start justify-between gap-6">
            <p className="font-semibold text-[#60686f]">{report.heading}</p>
            {/* biome-ignore lint/performance/noImgElement: a data address is not to be optimised */}
            {logo && <img src={logo} alt="" className="max-h-12 max-w-44" />}
          </div>
          <h1 className="mt-3 text-3xl font-semibold tracking-tight break-words">{report.title}</h1>
          <p className="text-[#60686f]">{report.subtitle}</p>
          <p className="text-[#60686f]">Report as of {formatUtc(report.asOf)}</p>
        </header>
        <nav aria-label="Contents" className="mb-8">
          <ol className="columns-2 gap-8">
            {report.sections.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`} className="inline-block min-h-6 hover:underline">
                  {title}
                </a>
              </li>
            ))}
          </ol>
        </nav>
        {report.sections.map((section) => (
          <section key={section.id} id={section.id} aria-labelledby={`${section.id}-title`} className="mb-8">
            <h2 id={`${section.id}-title`} className="mb-2 text-lg font-semibold break-after-avoid">
              {section.title}
            </h2>
            <div className="flex flex-col gap-4">
              {section.blocks.map((block, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: blocks never change their places
                <BlockView key={index} block={block} places={places} />
              ))}
            </div>
          </section>
        ))}
      </main>
    </div>
  );
}
