import type { ComparedPlacesQuery } from "#lib/core/api/compared-places.ts";
import { type EvaluationQuery, evaluationDetailOf } from "#lib/core/api/evaluation-details.ts";
import { evaluationOf } from "#lib/core/api/evaluations.ts";
import { comparedPlacesOf } from "#lib/core/evaluation/compared-places-of.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import type { SetMember } from "../findings/finding-sets.ts";

type Known = readonly SetMember[];

/** What is worked out on a thread of its own: hundreds of thousands of findings take seconds, in which others are to be answered. */
export type AsideTask =
  | {
      kind: "evaluation";
      runId: string;
      sides: { findings: Known; truths: Known; iou: number };
      query: Pick<EvaluationQuery, "label" | "examples">;
    }
  | {
      kind: "report";
      runId: string;
      sides: { findings: readonly Compared[]; truths: readonly Compared[]; iou: number };
    }
  | { kind: "places"; sets: readonly Known[]; query: ComparedPlacesQuery };

/** Does a task, on whatever thread. */
export function work(task: AsideTask): unknown {
  switch (task.kind) {
    case "evaluation":
      return evaluationDetailOf(task.runId, task.sides, task.query);
    case "report":
      return evaluationOf(task.runId, task.sides);
    case "places":
      return comparedPlacesOf(task.sets, task.query);
  }
}
