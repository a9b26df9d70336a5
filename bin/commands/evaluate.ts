import { Command, Option } from "commander";
import { type EvaluationReport, evaluateRunSchema } from "#lib/core/api/evaluations.ts";
import { FORMAT_IDS } from "#lib/core/formats/registry.ts";
import { fileSource } from "#lib/server/imports/file-source.ts";
import { evaluateAgainst, evaluateRun } from "#lib/server/runs/evaluate-run.ts";
import { evaluateText } from "./evaluate-text.ts";
import { withInstallation } from "./installation.ts";
import { number, parseWith } from "./options.ts";

type Options = { truth?: string; iou?: number; format?: string; json?: true };

/** So many bad entries of a file are told one by one. */
const TOLD = 10;

async function run(runId: string, { truth, iou, format, json }: Options): Promise<void> {
  const options = parseWith(evaluateRunSchema, { iou });
  await withInstallation(async () => {
    if (truth?.endsWith(".txt") && format === undefined) {
      await evaluateText(runId, truth, json === true);
      return;
    }
    if (truth === undefined) {
      print(await evaluateRun(runId, options), json);
      return;
    }
    const { report, failures } = await evaluateAgainst(runId, await fileSource(truth), { iou: options.iou, format });
    for (const { at, reason } of failures.slice(0, TOLD)) process.stderr.write(`${truth}: ${at}: ${reason}\n`);
    if (failures.length > TOLD) process.stderr.write(`${truth}: and ${failures.length - TOLD} more\n`);
    print(report, json);
  });
}

function print(report: EvaluationReport, json: true | undefined): void {
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${table(report)}\n`);
}

/** The report as a table of classes and, where there are several, one of what was taken for what. */
function table({ iou, overall, classes, confusion }: EvaluationReport): string {
  const share = (value: number | null): string => (value === null ? "–" : value.toFixed(3));
  const rows = [...classes, { label: "overall", ...overall }].map((each) => [
    each.label,
    ...[each.truths, each.findings, each.truePositives].map(String),
    ...[each.precision, each.recall, each.f1, each.ap50, each.ap].map(share),
  ]);
  const measures = aligned([
    ["class", "truth", "found", "right", "precision", "recall", "F1", "AP.5", "AP.5:.95"],
    ...rows,
  ]);
  const { labels, counts, missed, invented } = confusion;
  if (labels.length < 2) return `IoU ${iou}\n${measures}`;
  const taken = labels.map((label, at) => [label, ...(counts[at] ?? []).map(String), String(missed[at] ?? 0)]);
  const nothing = ["(nothing)", ...invented.map(String), ""];
  return `IoU ${iou}\n${measures}\n\ntruth taken for\n${aligned([["", ...labels, "(missed)"], ...taken, nothing])}`;
}

function aligned(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row.map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join("  ");
  return rows.map((row) => line(row).trimEnd()).join("\n");
}

/** `tessera evaluate`: how well a run's findings fit the truth. */
export const evaluateCommand = new Command("evaluate")
  .description(
    "hold a run against ground truth: precision, recall, F1, average precision (COCO), confusion; of texts, character errors",
  )
  .argument("<run>", "id of a run")
  .option(
    "--truth <file>",
    "ground truth in any format that can be imported, or a .txt of what stands on the pages, divided by form feeds; otherwise what was imported to the image",
  )
  .option("--iou <part>", "least overlap of a finding and what it stands for; 0.5", number)
  .addOption(new Option("--format <format>", "told by the content where it is absent").choices(FORMAT_IDS))
  .option("--json", "print JSON")
  .action(run);
