import { inSnapshot } from "#db/client.ts";
import { environment } from "#lib/config/env.ts";
import type { ReportQuery } from "#lib/core/api/reports.ts";
import { composeReport } from "#lib/core/report/compose-report.ts";
import { type SignedManifest, writeManifest } from "#lib/core/report/manifest.ts";
import type { Export } from "../exports/export-findings.ts";
import { writePdf } from "./pdf/write-pdf.ts";
import { readReportIn } from "./read-report.ts";
import { reportLogo } from "./report-logo.ts";
import { reportPictures } from "./report-pictures.ts";
import { manifestOf, sealPdf, signManifest } from "./sign-report.ts";
import { signingKey } from "./signing-key.ts";

/** Opens the report of a run as PDF, signed. The same findings and decisions give the same bytes. Throws `not-found`. */
export async function openReport(runId: string, query: ReportQuery): Promise<Export> {
  const key = await signingKey();
  const { facts, manifest } = await inSnapshot(async (client) => {
    const read = await readReportIn(client, runId, query);
    return { facts: read, manifest: await manifestOf(client, read) };
  });
  const { publicUrl } = environment();
  const { image } = facts;
  const count = facts.classes.reduce((sum, each) => sum + each.count, 0);
  const pdf = writePdf({
    report: composeReport(facts),
    around: {
      picture: reportPictures(image.id),
      addressOf: (id) => publicUrl && `${publicUrl}/images/${image.id}?run=${runId}&finding=${id}`,
    },
    logo: await reportLogo(),
    attachment: {
      name: "manifest.json",
      mediaType: "application/json",
      description: "What this report stands on, signed",
      bytes: Buffer.from(writeManifest(signManifest(manifest, key))),
    },
  });
  return {
    fileName: `${image.name.replace(/\.[^.]*$/, "")}.report.pdf`,
    mediaType: "application/pdf",
    count,
    losses: [],
    pieces: sealPdf(pdf, manifest, key),
    written: () => count,
    close: async () => undefined,
  };
}

/** The signed manifest of a run as it is now, without a report. Throws `not-found`. */
export async function readSignedManifest(runId: string, query: ReportQuery): Promise<SignedManifest> {
  const key = await signingKey();
  const manifest = await inSnapshot(async (client) => manifestOf(client, await readReportIn(client, runId, query)));
  return signManifest(manifest, key);
}
