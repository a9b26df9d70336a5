"use client";

import { Sparkles } from "lucide-react";
import { useState } from "react";
import { roleAllows } from "#lib/core/access/role.ts";
import { type ExampleCount, FEWEST_EXAMPLES, GOOD_EXAMPLES } from "#lib/core/detection/examples.ts";
import { sentence } from "../api/http.ts";
import { startRun } from "../api/runs.ts";
import type { FindingRow } from "../findings/finding-table.ts";
import { Button } from "../ui/button.tsx";
import { plural } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { withRun } from "../workspace/workspace-state.ts";
import { useExamples } from "./use-examples.ts";

/** Learns from all that is marked with the finding's label, and looks for the rest of it in the whole picture. */
export function FindMore({ row }: { row: FindingRow }) {
  const { workspace, sync } = useWorkspace();
  const imageId = useWorkspaceState((state) => state.image.id);
  const counts = useExamples(imageId, `${row.id} ${row.version} ${row.review}`);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  if (!roleAllows(workspace.role, "operator")) return null;
  const marked = countOf(counts ?? [], row.label);
  if (marked.positives + marked.negatives === 0) return null;

  const start = async (): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const run = await startRun(imageId, { preset: "examples", classes: [row.label] }, crypto.randomUUID());
      workspace.state.update((state) => ({ ...state, runs: withRun(state.runs, run) }));
      sync.showRun(run.id);
    } catch (thrown) {
      setError(sentence(thrown));
    }
    setBusy(false);
  };
  return (
    <div className="flex flex-col gap-1">
      <Button
        small
        disabled={busy || marked.positives < FEWEST_EXAMPLES}
        icon={<Sparkles size={14} aria-hidden />}
        onClick={() => void start()}
      >
        {busy ? "Starting" : "Find more like these"}
      </Button>
      <ExampleText {...marked} />
      {error && (
        <p role="alert" className="text-xs text-bad">
          {error}
        </p>
      )}
    </div>
  );
}

/** Says in the new-analysis panel how many examples there are for what it would look for. */
export function ExamplesToLearnFrom({ classes }: { classes: string }) {
  const imageId = useWorkspaceState((state) => state.image.id);
  const counts = useExamples(imageId, "");
  if (counts === null) return null;
  const asked = classes.trim();
  if (asked !== "") return <ExampleText {...countOf(counts, asked)} />;
  if (counts.length === 0) return <ExampleText label="one label" positives={0} negatives={0} />;
  return (
    <ul>
      {counts.map((each) => (
        <li key={each.label}>
          <ExampleText {...each} />
        </li>
      ))}
    </ul>
  );
}

function ExampleText({ label, positives, negatives }: ExampleCount) {
  const missing = FEWEST_EXAMPLES - positives;
  return (
    <p aria-live="polite" className="text-xs text-muted">
      {plural(positives, "example")} of {label}
      {negatives > 0 && `, ${negatives.toLocaleString("en")} of what is not`}
      {missing > 0
        ? `. Draw or accept ${missing.toLocaleString("en")} more to begin; ${GOOD_EXAMPLES} are a good start.`
        : positives < GOOD_EXAMPLES && `. ${GOOD_EXAMPLES} are a good start.`}
    </p>
  );
}

function countOf(counts: readonly ExampleCount[], label: string): ExampleCount {
  const known = counts.find((each) => each.label.toLowerCase() === label.toLowerCase());
  return known ? { ...known, label } : { label, positives: 0, negatives: 0 };
}
