import { pool } from "#db/client.ts";
import { findRun, type RunRow } from "#db/queries/runs.ts";
import { type EvaluationReport, evaluationOf } from "#lib/core/api/evaluations.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import type { Failure } from "#lib/core/formats/format.ts";
import { formatOf } from "#lib/core/formats/registry.ts";
import { sniffFormat } from "#lib/core/formats/sniff.ts";
import type { Source } from "#lib/core/formats/source.ts";
import { reportAside } from "../evaluation/aside.ts";
import { searchedByRun } from "../evaluation/searched-by-run.ts";
import { conditionsOfSet, readSet } from "../findings/finding-sets.ts";
import { requireImage } from "../images/read-image.ts";
import { readingContext } from "../imports/reading-context.ts";

/**
 * Holds a run's findings, without rejected ones, against ground truth that was imported to its image: one import, or all. Throws
 * `not-found` for the run, `bad-input` where nothing was imported.
 */
export async function evaluateRun(
  runId: string,
  options: { iou: number; import?: string | undefined },
): Promise<EvaluationReport> {
  const run = await requireRun(runId);
  const set = options.import === undefined ? "imported" : `import:${options.import}`;
  const truths = await readSet(conditionsOfSet(run.imageId, set));
  if (truths.length === 0) {
    throw new TesseraError("bad-input", "no ground truth was imported to the run's image", {
      remedy:
        "import it first (POST /api/v1/images/ID/import, or tessera import), or name a file: tessera evaluate RUN --truth FILE",
    });
  }
  const there = truths.filter(searchedByRun(run.configuration));
  return reportAside({ runId: run.id, sides: { findings: await findingsOf(run), truths: there, iou: options.iou } });
}

/**
 * The same against a file of any format that can be read. Entries that are none are told beside the report. Throws `bad-input` where the file
 * as a whole cannot be read or tells nothing.
 */
export async function evaluateAgainst(
  runId: string,
  source: Source,
  options: { iou: number; format?: string | undefined },
): Promise<{ report: EvaluationReport; failures: Failure[] }> {
  const run = await requireRun(runId);
  const image = await requireImage(run.imageId);
  const reader = formatOf(options.format ?? (await sniffFormat(source)));
  const truths: Compared[] = [];
  const failures: Failure[] = [];
  const context = readingContext(image, run.configuration.classes);
  for await (const entry of reader.read(context, source)) {
    if ("failed" in entry) failures.push(entry.failed);
    else truths.push(entry.finding);
  }
  if (truths.length === 0) {
    const first = failures[0] ? `; ${failures[0].at}: ${failures[0].reason}` : "";
    throw new TesseraError("bad-input", `the file tells of nothing in ${image.name}${first}`);
  }
  const report = evaluationOf(run.id, {
    findings: await findingsOf(run),
    truths: truths.filter(searchedByRun(run.configuration)),
    iou: options.iou,
  });
  return { report, failures };
}

async function requireRun(runId: string): Promise<RunRow> {
  const run = await findRun(pool(), runId);
  if (!run) throw new TesseraError("not-found", "there is no such run");
  return run;
}

function findingsOf({ id, imageId }: RunRow): Promise<Compared[]> {
  return readSet({ imageId, run: id, notReview: "rejected" });
}
