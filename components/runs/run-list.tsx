"use client";

import Link from "next/link";
import { formatInstant, plural } from "../ui/format.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { presetTitle } from "./preset-title.ts";
import { RunBadge } from "./run-badge.tsx";

/** The runs of the picture, newest first; one is shown, or all findings together. */
export function RunList() {
  const { sync } = useWorkspace();
  const { runs, runId, runsLoaded } = useWorkspaceState((state) => ({
    runs: state.runs,
    runId: state.runId,
    runsLoaded: state.runsLoaded,
  }));
  if (!runsLoaded) return <p className="border-b border-line p-3 text-muted">Reading…</p>;
  return (
    <section aria-labelledby="runs" className="border-b border-line py-2">
      <h2 id="runs" className="px-3 pb-1 font-semibold">
        Runs
      </h2>
      {runs.length === 0 && <p className="px-3 pb-1 text-muted">Not analysed yet.</p>}
      <ul>
        {runs.map((run) => (
          <li key={run.id}>
            <RunChoice chosen={run.id === runId} onChoose={() => sync.showRun(run.id)}>
              <span className="flex items-center justify-between gap-2">
                <span className="truncate font-medium">{presetTitle(run.configuration)}</span>
                <RunBadge state={run.state} />
              </span>
              <span className="flex justify-between gap-2 text-xs text-muted tabular-nums">
                <span>{formatInstant(run.createdAt)}</span>
                <span>{plural(run.findings, "finding")}</span>
              </span>
              {run.reason && <span className="block text-xs text-warn">{run.reason}</span>}
            </RunChoice>
            {run.id === runId && <RunLinks runId={run.id} />}
          </li>
        ))}
        {runs.length > 0 && (
          <li>
            <RunChoice chosen={runId === null} onChoose={() => sync.showRun(null)}>
              All findings of the picture
            </RunChoice>
          </li>
        )}
      </ul>
    </section>
  );
}

const PAGES = [
  ["Operations", ""],
  ["Report", "/report"],
  ["Evaluation", "/evaluation"],
] as const;

/** The other pages of the run that is shown. */
function RunLinks({ runId }: { runId: string }) {
  const { workspace } = useWorkspace();
  return (
    <nav
      aria-label="Pages of the run"
      className="grid grid-cols-2 justify-items-start gap-x-3 border-l-2 border-accent bg-accent-soft/60 px-2.5 pb-0.5"
    >
      {PAGES.map(([name, path]) => (
        <Link
          key={name}
          href={`/runs/${runId}${path}`}
          prefetch={false}
          className="py-1 text-xs font-medium text-accent hover:underline"
        >
          {name}
        </Link>
      ))}
      <button
        type="button"
        onClick={() => workspace.comparison.update((value) => ({ ...value, open: true }))}
        className="py-1 text-xs font-medium text-accent hover:underline"
      >
        Compare…
      </button>
    </nav>
  );
}

function RunChoice({
  chosen,
  onChoose,
  children,
}: {
  chosen: boolean;
  onChoose: () => void;
  children: React.ReactNode;
}) {
  return (
    <button
      type="button"
      aria-pressed={chosen}
      onClick={onChoose}
      className={`block w-full border-l-2 px-2.5 py-1.5 text-left hover:bg-hover ${chosen ? "border-accent bg-accent-soft/60" : "border-transparent"}`}
    >
      {children}
    </button>
  );
}
