import { useEffect, useState } from "react";
import type { EvaluationPage } from "#lib/core/api/evaluation-details.ts";
import { readEvaluation } from "../api/evaluations.ts";
import { ApiProblem, sentence } from "../api/http.ts";
import { type EvaluationView, writeEvaluationAddress } from "./evaluation-address.ts";

type Failure = { title: string; text: string };

/** The evaluation that a view asks for. What was shown stays until another is here; `pending` says that it is on its way. */
export function useEvaluation(runId: string, view: EvaluationView, examples: number) {
  const { truth, iou, label } = view;
  const [page, setPage] = useState<EvaluationPage | null>(null);
  const [failure, setFailure] = useState<Failure | null>(null);
  const [pending, setPending] = useState(true);
  const [attempt, setAttempt] = useState(0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt reads again
  useEffect(() => {
    const controller = new AbortController();
    setPending(true);
    setFailure(null);
    readEvaluation(runId, { truth, iou, label, examples }, controller.signal).then(
      (found) => {
        setPage(found);
        setPending(false);
      },
      (error) => {
        if (controller.signal.aborted) return;
        setPending(false);
        setFailure(failureOf(error));
      },
    );
    return () => controller.abort();
  }, [runId, truth, iou, label, examples, attempt]);
  useEffect(() => {
    const address = window.location.pathname + writeEvaluationAddress({ truth, iou, label });
    window.history.replaceState(window.history.state, "", address);
  }, [truth, iou, label]);
  return { page, failure, pending, again: () => setAttempt((before) => before + 1) };
}

function failureOf(error: unknown): Failure {
  const isGone = error instanceof ApiProblem && error.status === 404;
  return isGone
    ? { title: "There is no such run", text: "Its picture has been deleted, or it is not shared with you." }
    : { title: "The evaluation could not be made", text: sentence(error) };
}
