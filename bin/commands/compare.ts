import { Command, Option } from "commander";
import { compareExportQuery, compareQuery } from "#lib/core/api/comparisons.ts";
import { EXPORT_FORMAT_IDS } from "#lib/core/formats/registry.ts";
import { compareRun, openComparedExport } from "#lib/server/comparison/compare-run.ts";
import { writeExport } from "./export.ts";
import { withInstallation } from "./installation.ts";
import { number, parseWith } from "./options.ts";

type Options = { with: string; iou?: number; part?: string; format?: string; out?: string; json?: true };

async function run(id: string, { part, format, out, json, ...asked }: Options): Promise<void> {
  const query = parseWith(compareQuery, asked);
  await withInstallation(async () => {
    if (part !== undefined || format !== undefined) {
      const wanted = parseWith(compareExportQuery, { ...query, part, format });
      await writeExport(await openComparedExport(id, wanted), out);
      return;
    }
    const found = await compareRun(id, query);
    if (json) {
      process.stdout.write(`${JSON.stringify(found)}\n`);
      return;
    }
    const agreement = found.agreement === null ? "–" : `${(100 * found.agreement).toFixed(1)} %`;
    process.stdout.write(
      `${found.matched} matched, ${found.renamed} renamed, ${found.onlyHere} only here, ${found.onlyThere} only there; agreement ${agreement}\n`,
    );
    for (const { label, matched, onlyHere, onlyThere } of found.classes) {
      process.stdout.write(`  ${label}: ${matched} matched, ${onlyHere} only here, ${onlyThere} only there\n`);
    }
    for (const { here, there, count } of found.names) process.stdout.write(`  ${count} ${here} are ${there} there\n`);
  });
}

/** `tessera compare`: how far two sets of findings agree, and what is on one side alone. */
export const compareCommand = new Command("compare")
  .description("compare a run with another of its image, or with what was imported or drawn there")
  .argument("<run>", "id of the run")
  .requiredOption("--with <what>", "id of a run, imported or drawn")
  .option("--iou <part>", "least overlap of two findings that are one; 0.5", number)
  .addOption(new Option("--part <part>", "export this part").choices(["matched", "renamed", "only-here", "only-there"]))
  .addOption(new Option("--format <format>", "in this format").choices(EXPORT_FORMAT_IDS))
  .option("-o, --out <file>", "where the export goes; otherwise to stdout")
  .option("--json", "print JSON")
  .action(run);
