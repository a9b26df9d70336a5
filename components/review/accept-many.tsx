"use client";

import { useEffect, useState } from "react";
import { countUndecided } from "../api/review.ts";
import { Button } from "../ui/button.tsx";
import { Field, INPUT } from "../ui/field.tsx";
import { formatCount, formatScore, plural } from "../ui/format.ts";
import { PercentField } from "../ui/percent-field.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { useFindingView } from "../workspace/use-finding-view.ts";
import { openSheet } from "./actions.ts";

/** The count follows the slider once it rests this long. */
const REST_MS = 150;

/** Accepts all undecided findings above a confidence, once it is seen how many those are. */
export function AcceptMany() {
  const { workspace, review } = useWorkspace();
  const { imageId, runId } = useWorkspaceState((state) => ({ imageId: state.image.id, runId: state.runId }));
  const { classes } = useFindingView();
  const [minScore, setMinScore] = useState(0.9);
  const [label, setLabel] = useState<string | null>(null);
  const count = useCount({ imageId, runId, page: workspace.page, minScore, label });

  const accept = (): void => {
    const filter = {
      page: workspace.page,
      minScore,
      review: "unreviewed" as const,
      ...(runId !== null && { run: runId }),
      ...(label !== null && { label: [label] }),
    };
    review.decideOnMany(
      { imageId, filter, change: { review: "accepted" } },
      `${plural(count ?? 0, label ?? "finding")} from ${formatScore(minScore)} accepted`,
    );
    openSheet(workspace, null);
  };
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        accept();
      }}
    >
      <PercentField label="Least confidence" value={minScore} onChange={setMinScore} />
      <Field label="Class">
        <select className={INPUT} value={label ?? ""} onChange={(event) => setLabel(event.target.value || null)}>
          <option value="">All classes</option>
          {classes.map((each) => (
            <option key={each} value={each}>
              {each}
            </option>
          ))}
        </select>
      </Field>
      <p className="text-xs text-muted" aria-live="polite">
        {count === null
          ? "Counting."
          : count === 0
            ? "No undecided finding is that certain."
            : `${formatCount(count)} undecided so far. Undo takes all of them back, but for those that somebody changed since.`}
      </p>
      <Button type="submit" look="primary" disabled={!count}>
        {count ? `Accept ${plural(count, "finding")}` : "Accept"}
      </Button>
    </form>
  );
}

type Scope = Parameters<typeof countUndecided>[0];

function useCount({ imageId, runId, page, minScore, label }: Scope): number | null {
  const [count, setCount] = useState<number | null>(null);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      countUndecided({ imageId, runId, page, minScore, label }, controller.signal).then(setCount, () => undefined);
    }, REST_MS);
    setCount(null);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [imageId, runId, page, minScore, label]);
  return count;
}
