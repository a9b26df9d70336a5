import { pool } from "#db/client.ts";
import { countUndecided } from "#db/queries/finding-sets.ts";
import type { EvaluationPage, EvaluationQuery } from "#lib/core/api/evaluation-details.ts";
import { readFindingSet } from "#lib/core/detection/finding-set.ts";
import { conditionsOfSet, listFindingSets, readSet, type SetMember } from "../findings/finding-sets.ts";
import { requireImage } from "../images/read-image.ts";
import { requireRun } from "../runs/read-run.ts";
import { evaluationAside } from "./aside.ts";
import { searchedByRun } from "./searched-by-run.ts";

/**
 * Everything that the page of a run's evaluation shows: what may be taken for the truth, and the run against one of them. What was imported is
 * compared with what the run holds now, as `POST …/evaluate` does; what people drew or accepted with what the model itself said, so that
 * rejected findings count as wrong and relabelled ones under the model's label. Throws `not-found`, `too-large`.
 */
export async function readEvaluation(runId: string, query: EvaluationQuery): Promise<EvaluationPage> {
  const run = await requireRun(runId);
  const [image, truths] = await Promise.all([requireImage(run.imageId), listFindingSets(run.imageId)]);
  const truth = query.truth ?? truths[0]?.id ?? null;
  const byPeople = truth !== null && readFindingSet(truth).kind !== "imported";
  const page = {
    ...{ runId, imageId: image.id, imageName: image.name, truths, truth },
    preset: run.configuration.preset,
    presetTitle: run.configuration.presetTitle,
    minScore: run.configuration.minScore,
    colours: run.configuration.colours ?? {},
    pages: image.pages.map(({ width, height }) => ({ width, height })),
    undecided: byPeople ? await countUndecided(pool(), runId) : 0,
  };
  if (truth === null) return { ...page, evaluation: null };
  const all = await readSet(conditionsOfSet(run.imageId, truth));
  const there = all.filter(searchedByRun(run.configuration));
  if (there.length === 0) return { ...page, evaluation: null };
  const findings = byPeople ? await saidByModel(run) : await heldByRun(run);
  const sides = { findings, truths: there, iou: query.iou };
  return { ...page, evaluation: await evaluationAside({ runId, sides, query }) };
}

type Run = { id: string; imageId: string };

const heldByRun = ({ id, imageId }: Run): Promise<SetMember[]> => readSet({ imageId, run: id, notReview: "rejected" });

async function saidByModel({ id, imageId }: Run): Promise<SetMember[]> {
  const found = await readSet({ imageId, run: id, source: "model" });
  return found.map((finding) => ({ ...finding, label: finding.modelLabel ?? finding.label }));
}
