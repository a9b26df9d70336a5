import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
import { collectionExportQuery, exportQuery } from "#lib/core/api/exports.ts";
import { FINDING_SOURCES } from "#lib/core/detection/finding.ts";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { SPACES } from "#lib/core/formats/format.ts";
import { EXPORT_FORMAT_IDS, REPORT_FORMAT, TRAINING_FORMAT } from "#lib/core/formats/registry.ts";
import { CROP_CHOICES } from "#lib/core/report/report-facts.ts";
import { openCollectionExport } from "#lib/server/exports/export-collection.ts";
import type { Export, ExportSource } from "#lib/server/exports/export-findings.ts";
import { openExport, requireExportFormat } from "#lib/server/exports/open-export.ts";
import { requireCollectionNamed } from "#lib/server/images/collections.ts";
import { kindOfId } from "./follow-run.ts";
import { withInstallation } from "./installation.ts";
import { collect, number, parseWith } from "./options.ts";

type Options = {
  format: string;
  space?: string;
  review?: string;
  label?: string[];
  minScore?: number;
  page?: number;
  run?: string[];
  evidence?: boolean;
  labelScores?: string;
  source?: string;
  minSide?: number;
  maxSide?: number;
  crops?: string;
  cropCount?: number;
  tile?: number;
  validation?: number;
  out?: string;
  collection?: string;
  runs?: string;
};

/** Writes an export to a file, which is there whole or not at all. The installation is open. */
export async function exportToFile(request: ExportSource & { format: string; out: string }): Promise<void> {
  const { format, out, ...source } = request;
  await writeFile(await openExport(source, parseWith(exportQuery, { format })), out);
}

/** Says what the format leaves out, before the first byte. */
function warn({ losses }: Export): void {
  for (const loss of losses) process.stderr.write(`${loss}\n`);
}

/** Writes an export to a file, or to stdout, and says on stderr what its format leaves out. */
export async function writeExport(exported: Export, out: string | undefined): Promise<void> {
  warn(exported);
  if (out !== undefined) await writeFile(exported, out);
  else await pipeline(Readable.from(exported.pieces), process.stdout, { end: false }).finally(exported.close);
}

async function writeFile(exported: Export, out: string): Promise<void> {
  const partial = `${out}.${process.pid}.partial`;
  try {
    await pipeline(Readable.from(exported.pieces), createWriteStream(partial));
    await rename(partial, out);
  } catch (cause) {
    await rm(partial, { force: true });
    if (cause instanceof TesseraError) throw cause;
    throw new TesseraError("bad-input", `${out} cannot be written: ${messageOf(cause)}`, { cause });
  } finally {
    await exported.close();
  }
}

async function sourceOf(id: string): Promise<ExportSource> {
  const kind = /^[0-9a-f-]{36}$/i.test(id) ? await kindOfId(id) : null;
  if (kind === null) throw new TesseraError("bad-input", `${id} is the id of neither a run nor an image`);
  return kind === "run" ? { runId: id } : { imageId: id };
}

/** Findings of all images of a collection, as one set. */
async function exportCollection(name: string, { out, collection: _, ...asked }: Options): Promise<void> {
  const query = parseWith(collectionExportQuery, asked);
  await withInstallation(async () => {
    const { id } = await requireCollectionNamed(name);
    await writeExport(await openCollectionExport(id, query), out);
  });
}

async function run(id: string | undefined, options: Options): Promise<void> {
  const { collection, ...one } = options;
  if (collection !== undefined && id === undefined) return exportCollection(collection, options);
  if (id === undefined || collection !== undefined) {
    throw new TesseraError("bad-input", "name a run or an image by its id, or a collection by --collection");
  }
  await exportOne(id, one);
}

async function exportOne(id: string, { out, ...asked }: Options): Promise<void> {
  const query = parseWith(exportQuery, asked);
  requireExportFormat(query, query.run ? { imageId: id } : { runId: id });
  await withInstallation(async () => {
    await writeExport(await openExport(await sourceOf(id), query), out);
  });
}

/** `tessera export`: findings of a run, or all of an image, in a format. */
export const exportCommand = new Command("export")
  .description("write the findings of a run, all of an image, or of a whole collection")
  .argument("[run|image]", "id of a run or an image")
  .option("--collection <name>", "instead: all images of a collection as one set")
  .addOption(
    new Option("--runs <which>", "of a collection: what the latest run of each image found, or all it has").choices([
      "latest",
      "all",
    ]),
  )
  .requiredOption(
    "--format <format>",
    `one of ${EXPORT_FORMAT_IDS.join(", ")}; ${REPORT_FORMAT}: the report of a run, ${TRAINING_FORMAT}: tiles and labels to train on`,
  )
  .addOption(new Option("--space <space>", "coordinates of GeoJSON and FlatGeobuf").choices(SPACES))
  .addOption(
    new Option("--review <state>", "only these; otherwise all but rejected ones").choices([
      "unreviewed",
      "accepted",
      "rejected",
      "all",
    ]),
  )
  .option("--label <class>", "only of this class; may be given several times", collect)
  .option("--min-score <score>", "only from this score on, and what has none", number)
  .option("--page <page>", "only of this page, counted from 0", number)
  .option("--run <id>", "of an image: only what this run found; may be given several times", collect)
  .option("--evidence", "with what each finding rests on: tiles, raw boxes, prompts and replies; geojson and w3c")
  .option("--label-scores <json>", 'least scores of classes that have one of their own: {"car":0.7}')
  .addOption(
    new Option("--source <source>", "only what a model found, people drew or was imported").choices(FINDING_SOURCES),
  )
  .option("--min-side <pixels>", "only where the longer side is at least this long", number)
  .option("--max-side <pixels>", "only where the longer side is at most this long", number)
  .addOption(new Option("--crops <which>", "findings that a report shows one by one").choices(CROP_CHOICES))
  .option("--crop-count <n>", "how many of them; 24", number)
  .option("--tile <pixels>", "side of the tiles of a training set; 512", number)
  .option("--validation <part>", "part of the objects that a training set keeps to check on; 0.2", number)
  .option("-o, --out <file>", "where it goes; otherwise to stdout")
  .action(run);
