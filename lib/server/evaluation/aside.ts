import path from "node:path";
import { Worker } from "node:worker_threads";
import { projectRoot } from "#lib/config/paths.ts";
import { type ComparedPlaces, type ComparedPlacesQuery, comparedPlacesSchema } from "#lib/core/api/compared-places.ts";
import { detailSchema, type EvaluationDetail } from "#lib/core/api/evaluation-details.ts";
import { type EvaluationReport, evaluationSchema } from "#lib/core/api/evaluations.ts";
import { TesseraError } from "#lib/core/errors.ts";
import type { SetMember } from "../findings/finding-sets.ts";

import { type AsideTask, work } from "./aside-work.ts";

type Known = readonly SetMember[];

/** Fewer findings than this are worked out at once: a thread would take longer to start. */
const FEW = 5000;

const placesSchema = comparedPlacesSchema.pick({ regions: true, pairs: true, places: true, total: true });

/** All that is told of findings beside the truth. */
export async function evaluationAside(
  task: Omit<Extract<AsideTask, { kind: "evaluation" }>, "kind">,
): Promise<EvaluationDetail> {
  return detailSchema.parse(
    await answerOf({ kind: "evaluation", ...task }, task.sides.findings.length + task.sides.truths.length),
  );
}

/** The measures alone. */
export async function reportAside(
  task: Omit<Extract<AsideTask, { kind: "report" }>, "kind">,
): Promise<EvaluationReport> {
  const count = task.sides.findings.length + task.sides.truths.length;
  return evaluationSchema.parse(await answerOf({ kind: "report", ...task }, count));
}

/** Where several sets agree and differ. */
export async function placesAside(
  sets: readonly Known[],
  query: ComparedPlacesQuery,
): Promise<Pick<ComparedPlaces, "regions" | "pairs" | "places" | "total">> {
  const count = sets.reduce((sum, set) => sum + set.length, 0);
  return placesSchema.parse(await answerOf({ kind: "places", sets, query }, count));
}

async function answerOf(task: AsideTask, findings: number): Promise<unknown> {
  if (findings < FEW) return work(task);
  return onThread(path.join(projectRoot(), "lib", "server", "evaluation", "aside-worker.ts"), task);
}

/** Does a task on a thread that runs a file. The file is a parameter: one that a bundler sees it would take into its bundle. */
function onThread(file: string, task: AsideTask): Promise<unknown> {
  return new Promise((resolve, reject) => {
    // No options of the parent's command line: a bundler's loader has no business in there.
    const worker = new Worker(file, { workerData: task, execArgv: [] });
    worker.once("message", resolve);
    worker.once("error", reject);
    worker.once("exit", (code) => reject(new TesseraError("internal", `the comparison ended with ${code}`)));
  });
}
