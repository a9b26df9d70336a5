import type { ExportPreview, ExportQuery } from "#lib/core/api/exports.ts";
import { reportQuery } from "#lib/core/api/reports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { REPORT_FORMAT, TRAINING_FORMAT, writerOf } from "#lib/core/formats/registry.ts";
import { openReport } from "../reports/open-report.ts";
import { countFindings, type Export, type ExportSource, openFindings, previewFindings } from "./export-findings.ts";
import { openTrainingSet, previewTrainingSet } from "./training-set.ts";

/** Opens an export in any format, findings or the report of a run. Throws `not-found`, and `bad-input` for what cannot be exported so. */
export async function openExport(source: ExportSource, query: ExportQuery): Promise<Export> {
  requireSpace(query);
  if (query.format === TRAINING_FORMAT) return openTrainingSet(source, query);
  if (query.format !== REPORT_FORMAT) return openFindings(source, query);
  return openReport(runOf(source), reportQuery.parse(query));
}

/** How many findings an export would hold, and what its format can't carry of them. Throws as `openExport` does. */
export async function previewExport(source: ExportSource, query: ExportQuery): Promise<ExportPreview> {
  requireSpace(query);
  if (query.format === TRAINING_FORMAT) return previewTrainingSet(source, query);
  if (query.format !== REPORT_FORMAT) return previewFindings(source, query);
  return { count: await countFindings({ runId: runOf(source) }, query), losses: [] };
}

/** Throws `bad-input` where there is no such format, or it is no format for this. */
export function requireExportFormat(query: ExportQuery, source: ExportSource): void {
  requireSpace(query);
  const { format } = query;
  if (format === REPORT_FORMAT) runOf(source);
  else if (format !== TRAINING_FORMAT) writerOf(format);
}

/** Throws `bad-input` where the coordinate system of the source is asked of what has places in pixels, or on paper. */
function requireSpace({ format, space }: ExportQuery): void {
  if (space !== "source" || (format !== TRAINING_FORMAT && format !== REPORT_FORMAT)) return;
  throw new TesseraError("bad-input", `${format} has no coordinate system of its own`, {
    remedy: "take `flatgeobuf`, or leave `space` out",
  });
}

function runOf(source: ExportSource): string {
  if ("runId" in source) return source.runId;
  throw new TesseraError("bad-input", "a report is of a run", { remedy: "name one of the image's runs" });
}
