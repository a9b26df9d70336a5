"use client";

import Link from "next/link";
import { useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import type { EvaluationPage as Evaluated } from "#lib/core/api/evaluation-details.ts";
import { plural } from "#lib/core/quantities.ts";
import { presetTitle } from "../runs/preset-title.ts";
import { Header, type Viewer } from "../shell/header.tsx";
import { Button } from "../ui/button.tsx";
import { ClassColoursProvider } from "../ui/class-colours.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { Spinner } from "../ui/spinner.tsx";
import type { EvaluationView } from "./evaluation-address.ts";
import { EvaluationBody } from "./evaluation-body.tsx";
import { EvaluationControls } from "./evaluation-controls.tsx";
import { useEvaluation } from "./use-evaluation.ts";

const FEW_EXAMPLES = 24;
const MANY_EXAMPLES = 200;

/** How well one run's findings fit what is taken for the truth. */
export function EvaluationPage({ runId, viewer, start }: { runId: string; viewer: Viewer; start: EvaluationView }) {
  const [view, setView] = useState(start);
  const [examples, setExamples] = useState(FEW_EXAMPLES);
  const { page, failure, pending, again } = useEvaluation(runId, view, examples);
  return (
    <div className="flex min-h-dvh flex-col bg-canvas">
      <Header viewer={viewer} title={page && <Title page={page} />} />
      <main className="mx-auto flex w-full max-w-[96rem] flex-1 flex-col gap-3 px-3 py-5 sm:px-6" aria-busy={pending}>
        {failure ? (
          <div role="alert" className="m-auto text-center">
            <h1 className="text-base font-semibold">{failure.title}</h1>
            <p className="mb-4 text-muted">{failure.text}</p>
            <Button onClick={again}>Try again</Button>
          </div>
        ) : !page ? (
          <Skeleton
            label="Comparing with the truth"
            className="grid flex-1 content-start gap-4 md:grid-cols-2"
            blocks={["h-9 w-48 md:col-span-2", "h-80", "h-80", "h-48 md:col-span-2"]}
          />
        ) : (
          <>
            <div className="flex flex-wrap items-end gap-x-6 gap-y-3">
              <h1 className="mr-auto text-xl font-semibold tracking-tight">Evaluation</h1>
              {pending && <Spinner label="Comparing with the truth" size={16} />}
              {page.truths.length > 0 && (
                <EvaluationControls
                  page={page}
                  view={view}
                  onChange={(change) => {
                    setView((before) => ({ ...before, ...change }));
                    setExamples(FEW_EXAMPLES);
                  }}
                />
              )}
            </div>
            {page.undecided > 0 && page.evaluation && (
              <p className="rounded-md bg-warn-soft px-3 py-1.5 text-warn">
                Nobody has decided on {plural(page.undecided, "finding")} of this run yet. Until somebody does, they
                count as wrong unless they match something that was drawn or accepted.
              </p>
            )}
            {page.evaluation ? (
              <ClassColoursProvider colours={page.colours}>
                <EvaluationBody
                  page={page}
                  evaluation={page.evaluation}
                  label={view.label}
                  mayChange={roleAllows(viewer.role, "operator")}
                  onLabel={(label) => setView((before) => ({ ...before, label }))}
                  onMore={examples === MANY_EXAMPLES ? null : () => setExamples(MANY_EXAMPLES)}
                />
              </ClassColoursProvider>
            ) : (
              <Nothing page={page} />
            )}
          </>
        )}
      </main>
    </div>
  );
}

function Title({ page }: { page: Evaluated }) {
  return (
    <div className="flex min-w-0 items-baseline gap-2">
      <Link href={`/images/${page.imageId}?run=${page.runId}`} className="truncate font-medium hover:underline">
        {page.imageName}
      </Link>
      <Link href={`/runs/${page.runId}`} className="truncate text-xs whitespace-nowrap text-muted hover:underline">
        {presetTitle(page)}
      </Link>
    </div>
  );
}

/** Where there is no truth yet: how to get one. */
function Nothing({ page }: { page: Evaluated }) {
  return (
    <div className="m-auto max-w-md text-center">
      <p className="text-base font-semibold">
        {page.truths.length === 0
          ? "There is nothing to compare with yet"
          : "The truth has nothing where this run looked"}
      </p>
      <p className="mb-4 text-muted">
        {page.truths.length === 0
          ? "Import ground truth to the picture, or accept and draw findings on it: either can be taken for the truth."
          : "Choose another truth, or import one for the pages and the region of the run."}
      </p>
      <Link href={`/images/${page.imageId}?run=${page.runId}`} className="font-medium text-accent hover:underline">
        Open the picture
      </Link>
    </div>
  );
}
