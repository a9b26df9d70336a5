import { type EvaluationPage, evaluationPageSchema } from "#lib/core/api/evaluation-details.ts";
import { query, sendJson } from "./http.ts";

/** What an evaluation is asked with; null: as the server chooses. */
export type EvaluationChoice = { truth: string | null; iou: number; label: string | null; examples: number };

/** A run held against what is taken for the truth. */
export const readEvaluation = (runId: string, choice: EvaluationChoice, signal: AbortSignal): Promise<EvaluationPage> =>
  sendJson(evaluationPageSchema, `/api/v1/runs/${runId}/evaluation${query(choice)}`, { signal });
