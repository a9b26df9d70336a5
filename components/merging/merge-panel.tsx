"use client";

import { X } from "lucide-react";
import { roleAllows } from "#lib/core/access/role.ts";
import type { MergeSettings, RunMerge } from "#lib/core/detection/run.ts";
import { useStore } from "../state/store.ts";
import { Button } from "../ui/button.tsx";
import { formatCount, formatInstant, formatScore, plural } from "../ui/format.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { chosenRun } from "../workspace/workspace-state.ts";
import { closeInspector, type Inspector, isSameMerge, saveInspected, showParts, tryMerge } from "./inspector.ts";
import { MergeFields } from "./merge-fields.tsx";

/** What the tiles said and what merging makes of it, to be tried with other settings and kept as a version. */
export function MergePanel() {
  const { workspace } = useWorkspace();
  const inspected = useStore(workspace.inspector, (value) => value);
  if (!inspected) return null;
  return (
    <section
      aria-label="Merging"
      className="scroll-quiet absolute top-3 right-3 z-10 flex max-h-[calc(100%-1.5rem)] w-72 flex-col gap-3 overflow-y-auto rounded-lg border border-line bg-panel p-3 text-ink shadow-float"
    >
      <header className="flex items-center justify-between">
        <h2 className="text-sm font-semibold">Merging</h2>
        <IconButton name="Close" icon={<X size={14} />} onClick={() => closeInspector(workspace)} />
      </header>
      <MergeFields settings={inspected.settings} onChange={(settings) => tryMerge(workspace, settings)} />
      <Parts shows={inspected.shows} />
      <Outcome inspected={inspected} />
      <Actions inspected={inspected} />
      <Versions settings={inspected.settings} />
    </section>
  );
}

function Parts({ shows }: { shows: Inspector["shows"] }) {
  const { workspace } = useWorkspace();
  return (
    <div className="flex gap-4 text-xs">
      {(
        [
          ["candidates", "What tiles said"],
          ["result", "Merged"],
        ] as const
      ).map(([part, name]) => (
        <label key={part} className="flex items-center gap-1.5">
          <input
            type="checkbox"
            checked={shows[part]}
            onChange={(event) => showParts(workspace, { [part]: event.target.checked })}
          />
          {name}
        </label>
      ))}
    </div>
  );
}

function Outcome({ inspected: { raw, result, error, isTooMuch } }: { inspected: Inspector }) {
  if (error !== null) {
    return (
      <p role="alert" className="text-xs text-bad">
        {error}
      </p>
    );
  }
  return (
    <div role="status" className="flex flex-col gap-1 text-xs text-muted tabular-nums">
      {raw && result ? (
        <p>
          {plural(raw.count, "candidate")} {raw.count === 1 ? "becomes" : "become"}{" "}
          <b className="font-semibold text-ink">{plural(result.members.length, "finding")}</b>,{" "}
          {result.others === 0 ? "as they are now" : `${formatCount(result.others)} others than now`}.
        </p>
      ) : (
        <p>Reading what the tiles said.</p>
      )}
      {isTooMuch && <p>Zoom in to see them on the picture.</p>}
    </div>
  );
}

function Actions({ inspected }: { inspected: Inspector }) {
  const { workspace } = useWorkspace();
  const { settings, inForce, saving, result } = inspected;
  const isInForce = isSameMerge(settings, inForce);
  return (
    <div className="flex gap-2">
      {roleAllows(workspace.role, "operator") && (
        <Button
          small
          look="primary"
          className="flex-1"
          disabled={isInForce || saving || result === null}
          onClick={() => void saveInspected(workspace)}
        >
          Save as version
        </Button>
      )}
      <Button small className="flex-1" disabled={isInForce} onClick={() => tryMerge(workspace, inForce)}>
        As it is now
      </Button>
    </div>
  );
}

function Versions({ settings }: { settings: MergeSettings }) {
  const { workspace } = useWorkspace();
  const merges = useWorkspaceState((state) => chosenRun(state)?.merges ?? NONE);
  if (merges.length < 2) return null;
  return (
    <div>
      <h3 className="pb-1 text-xs font-semibold">Versions</h3>
      <ul className="flex flex-col">
        {merges.map((each, at) => (
          <li key={each.createdAt}>
            <button
              type="button"
              aria-pressed={isSameMerge(each.settings, settings)}
              onClick={() => tryMerge(workspace, each.settings)}
              className="flex w-full flex-col rounded-md px-1.5 py-1 text-left text-xs hover:bg-hover aria-pressed:bg-accent-soft"
            >
              <span className="font-medium">
                {at + 1}: {each.settings.method}, {each.settings.metric}, {formatScore(each.settings.threshold)}
                {at === merges.length - 1 && " (in force)"}
              </span>
              <span className="text-muted">
                {each.actor}, {formatInstant(each.createdAt)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

const NONE: readonly RunMerge[] = [];
