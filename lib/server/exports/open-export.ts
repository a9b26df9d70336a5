import type { ExportPreview, ExportQuery } from "#lib/core/api/exports.ts";
import { reportQuery } from "#lib/core/api/reports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { REPORT_FORMAT, TRAINING_FORMAT, writerOf } from "#lib/core/formats/registry.ts";
import { openReport } from "../reports/open-report.ts";
import { countFindings, type Export, type ExportSource, openFindings, previewFindings } from "./export-findings.ts";
import { openTrainingSet, previewTrainingSet } from "./training-set.ts";

/** Opens an export in any format, findings or the report of a run. Throws `not-found`, and `bad-input` for what cannot be exported so. */
export async function openExport(source: ExportSource, query: ExportQuery): Promise<Export> {
  requireExportFormat(query, source);
  if (query.format === TRAINING_FORMAT) return openTrainingSet(source, query);
  if (query.format !== REPORT_FORMAT) return openFindings(source, query);
  return openReport(runOf(source), reportQuery.parse(query));
}

/** How many findings an export would hold, and what its format can't carry of them. Throws as `openExport` does. */
export async function previewExport(source: ExportSource, query: ExportQuery): Promise<ExportPreview> {
  requireExportFormat(query, source);
  if (query.format === TRAINING_FORMAT) return previewTrainingSet(source, query);
  if (query.format !== REPORT_FORMAT) return previewFindings(source, query);
  return { count: await countFindings({ runId: runOf(source) }, query), losses: [] };
}

/**
 * Throws `bad-input` where there is no such format, it is no format for this, runs are chosen of a run, it has no places on earth and the source's are asked for, or
 * no place for the evidence that is.
 */
export function requireExportFormat({ format, space, evidence, run }: ExportQuery, source: ExportSource): void {
  if (run && "runId" in source) {
    throw new TesseraError("bad-input", "an export of a run is of that run alone", {
      remedy: "export the image, and choose of its runs by `run`",
    });
  }
  const writer = format === TRAINING_FORMAT || format === REPORT_FORMAT ? null : writerOf(format);
  if (evidence && !writer?.evidence) {
    throw new TesseraError("bad-input", `${format} has no place for what findings rest on`, {
      remedy: "take `geojson` or `w3c`, or leave `evidence` out",
    });
  }
  if (writer) return;
  if (format === REPORT_FORMAT) runOf(source);
  if (space === "source") {
    throw new TesseraError("bad-input", `${format} has no coordinate system of its own`, {
      remedy: "take `flatgeobuf`, or leave `space` out",
    });
  }
}

function runOf(source: ExportSource): string {
  if ("runId" in source) return source.runId;
  throw new TesseraError("bad-input", "a report is of a run", { remedy: "name one of the image's runs" });
}
