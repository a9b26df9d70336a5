import { basename } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { type ImportReport, importQuery } from "#lib/core/api/imports.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { FORMAT_IDS } from "#lib/core/formats/registry.ts";
import { CLI } from "#lib/server/access/principal.ts";
import { fileSource } from "#lib/server/imports/file-source.ts";
import { importFindings } from "#lib/server/imports/import-findings.ts";
import { takeBackImport } from "#lib/server/imports/undo-import.ts";
import { withInstallation } from "./installation.ts";
import { number, parseWith } from "./options.ts";

type Options = {
  format?: string;
  dryRun?: true;
  class: Record<string, string | null>;
  duplicates?: string;
  overlap?: number;
  undo?: true;
  json?: true;
};

/** `FROM=TO`, or `FROM=` to leave a class out. */
function renamed(text: string, before: Record<string, string | null>): Record<string, string | null> {
  const [, from = "", to = ""] = /^([^=]+)=(.*)$/.exec(text) ?? [];
  if (from === "") throw new InvalidArgumentError("it reads FROM=TO, or FROM= to leave a class out");
  return { ...before, [from]: to === "" ? null : to };
}

function say(report: ImportReport): void {
  const { name, format, dryRun, added, duplicates, leftOut, failed, failures, classes } = report;
  const parts = [
    `${added} ${dryRun ? "would come in" : "came in"}`,
    ...(duplicates > 0 ? [`${duplicates} there already`] : []),
    ...(leftOut > 0 ? [`${leftOut} of classes left out`] : []),
    ...(failed > 0 ? [`${failed} failed`] : []),
  ];
  process.stdout.write(`${name}: ${format}, ${parts.join(", ")}\n`);
  for (const { label, to, count } of classes) {
    process.stdout.write(`  ${count} ${label}${to === label ? "" : to === null ? " (left out)" : ` as ${to}`}\n`);
  }
  for (const { at, reason } of failures) process.stderr.write(`${name}: ${at}: ${reason}\n`);
  if (failed > failures.length) process.stderr.write(`${name}: and ${failed - failures.length} more\n`);
}

async function run(id: string, files: string[], options: Options): Promise<void> {
  if (options.undo) return undo(id, files, options.json === true);
  if (files.length === 0) throw new TesseraError("bad-input", "name at least one file");
  const { format, dryRun, duplicates, overlap } = options;
  await withInstallation(async () => {
    const reports: ImportReport[] = [];
    for (const file of files) {
      const joined = reports.find((report) => report.import !== null)?.import ?? undefined;
      const query = parseWith(importQuery, {
        name: basename(file),
        classes: JSON.stringify(options.class),
        dryRun: dryRun ? "true" : "false",
        ...{ format, duplicates, overlap, import: joined },
      });
      reports.push(await importFindings(id, await fileSource(file), query, CLI.actor));
      const report = reports.at(-1);
      if (report && !options.json) say(report);
    }
    if (options.json) process.stdout.write(`${JSON.stringify(reports)}\n`);
    else if (!dryRun) process.stdout.write(`undo with: tessera import ${reports[0]?.import} --undo\n`);
    if (reports.every(({ found }) => found === 0)) process.exitCode = 1;
  });
}

async function undo(id: string, files: readonly string[], json: boolean): Promise<void> {
  if (files.length > 0) throw new TesseraError("bad-input", "--undo takes the id of an import alone");
  await withInstallation(async () => {
    const result = await takeBackImport(id, CLI.actor);
    const kept = result.kept > 0 ? `; ${result.kept} stay, as somebody has worked on them` : "";
    process.stdout.write(json ? `${JSON.stringify(result)}\n` : `${result.removed} findings removed${kept}\n`);
  });
}

/** `tessera import`: brings findings or ground truth in. */
export const importCommand = new Command("import")
  .description("bring findings of other tools in, or ground truth")
  .argument("<image>", "id of the image; with --undo, of the import")
  .argument("[file...]", "files of findings; several are undone together")
  .addOption(new Option("--format <format>", "told by the content where it is absent").choices(FORMAT_IDS))
  .option("--dry-run", "only say what would come in")
  .option("--class <from=to>", "rename a class, or leave it out (FROM=); may be given several times", renamed, {})
  .addOption(new Option("--duplicates <what>", "what the image has already").choices(["skip", "add"]).default("skip"))
  .option("--overlap <part>", "least overlap (IoU) of two findings of a class that are one; 0.9", number)
  .option("--undo", "take an import back")
  .option("--json", "print JSON")
  .action(run);
