import { reportQuery } from "#lib/core/api/reports.ts";
import { composeReport } from "#lib/core/report/compose-report.ts";
import { pictureAddress, picturesOfReport } from "#lib/core/report/picture-address.ts";
import type { ReportDocument } from "#lib/core/report/report-document.ts";
import { readReport } from "../reports/read-report.ts";
import { reportLogo } from "../reports/report-logo.ts";
import { reportPictures } from "../reports/report-pictures.ts";
import { requireShared } from "./image-links.ts";

export type SharedReport = {
  report: ReportDocument;
  /** Data address. */
  logo: string | null;
  /** Data addresses by the addresses that they stand for: who has the link may ask for no picture. */
  pictures: ReadonlyMap<string, string>;
};

/** The report that a link shares, with its pictures in it. Throws `not-found`. */
export async function readSharedReport(token: string): Promise<SharedReport> {
  const { imageId, runId } = await requireShared(token, "report");
  const report = composeReport(await readReport(runId ?? "", reportQuery.parse({})));
  const picture = reportPictures(imageId);
  const pictures = new Map<string, string>();
  for (const { region, maxSide } of picturesOfReport(report)) {
    const jpeg = await picture(region, maxSide);
    if (jpeg) pictures.set(pictureAddress("", region, maxSide), dataAddress("image/jpeg", jpeg));
  }
  const logo = await reportLogo();
  return { report, logo: logo && dataAddress("image/png", logo), pictures };
}

/** Bytes as an address. */
export const dataAddress = (mediaType: string, bytes: Uint8Array): string => {
  return `data:${mediaType};base64,${Buffer.from(bytes).toString("base64")}`;
};
