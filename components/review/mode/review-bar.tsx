"use client";

import { ArrowLeft, Check, MessageSquare, PencilLine, SkipForward, X } from "lucide-react";
import { useStore } from "../../state/store.ts";
import { Button } from "../../ui/button.tsx";
import { formatCount, formatScore } from "../../ui/format.ts";
import { IconButton } from "../../ui/icon-button.tsx";
import { Kbd } from "../../ui/kbd.tsx";
import { Swatch } from "../../ui/swatch.tsx";
import { useWorkspace, useWorkspaceState } from "../../workspace/context.tsx";
import { openSheet, perform } from "../actions.ts";
import { SaveState } from "../save-state.tsx";
import { EstimateLine } from "./estimate-line.tsx";
import { QueueChoice } from "./queue-choice.tsx";
import { SearchBar } from "./search-bar.tsx";

/** The foot of the picture in review mode: what is before one, what can be decided, how far it is, what it says of the run. */
export function ReviewBar() {
  const { mode } = useWorkspace();
  const { reviewing } = useWorkspaceState((state) => ({ reviewing: state.reviewing }));
  const { search, current } = useStore(mode.store, ({ search, trail }) => ({ search, current: trail.seen[trail.at] }));
  if (!reviewing) return null;
  return (
    <section aria-label="Review" data-finding={current} className="z-10 shrink-0 border-t border-line bg-panel">
      {search ? <SearchBar tile={search.tile} /> : <Deciding />}
      <div className="flex min-h-9 flex-wrap items-center gap-x-4 gap-y-1 border-t border-line px-3 py-1 text-xs">
        <QueueChoice />
        <Progress />
        <span className="flex-1" />
        <EstimateLine />
        <SaveState />
      </div>
    </section>
  );
}

function Progress() {
  const { mode } = useWorkspace();
  const { waiting } = useStore(mode.store, (value) => ({ waiting: value.waiting, trail: value.trail }));
  useWorkspaceState((state) => state.findingsRevision);
  return (
    <span aria-live="polite" className="text-muted tabular-nums">
      {formatCount(mode.decided())} decided{waiting === null ? "" : `, ${formatCount(waiting)} to review`}
    </span>
  );
}

function Deciding() {
  const { workspace, review, mode } = useWorkspace();
  const { trail, queue } = useStore(mode.store, (value) => ({ trail: value.trail, queue: value.queue }));
  useWorkspaceState((state) => state.findingsRevision);
  const id = trail.seen[trail.at];
  const row = id === undefined ? null : workspace.table.find(id);
  if (!row) return <NothingShown queue={queue} />;
  const said = { accepted: "accepted", rejected: "rejected", unreviewed: "" }[row.review];
  return (
    <div className="flex flex-wrap items-center gap-2 px-3 py-2">
      <Swatch label={row.label} />
      <p aria-live="polite" className="min-w-32 flex-1 truncate">
        <span className="font-semibold">{row.label}</span>{" "}
        <span className="text-muted tabular-nums">{formatScore(row.score)}</span>
        {said && <span className="text-muted">, {said}</span>}
      </p>
      <IconButton
        name="Back"
        keys="K"
        icon={<ArrowLeft size={16} />}
        disabled={trail.at === 0}
        onClick={mode.previous}
      />
      <Button look="primary" icon={<Check size={15} aria-hidden />} onClick={() => mode.decide({ review: "accepted" })}>
        Accept <Kbd keys="Y" inverse />
      </Button>
      <Button icon={<X size={15} aria-hidden />} onClick={() => mode.decide({ review: "rejected" })}>
        Reject <Kbd keys="X" />
      </Button>
      <Button icon={<SkipForward size={15} aria-hidden />} onClick={mode.next}>
        Skip <Kbd keys="S" />
      </Button>
      <IconButton
        name="Edit the shape"
        keys="E"
        icon={<PencilLine size={16} />}
        onClick={() => perform({ do: "tool", tool: "edit" }, workspace, review)}
      />
      <IconButton
        name="Comment"
        keys="C"
        icon={<MessageSquare size={16} />}
        onClick={() => openSheet(workspace, "comment")}
      />
    </div>
  );
}

const SAID = {
  loading: "Fetching the next.",
  ready: "Fetching the next.",
  done: "Nothing is left to decide here: all is decided, or before somebody else.",
  away: "The next cannot be fetched while the server is away. What you decided is kept.",
} as const;

function NothingShown({ queue }: { queue: keyof typeof SAID }) {
  const { mode } = useWorkspace();
  return (
    <div className="flex min-h-12 flex-wrap items-center gap-3 px-3 py-2">
      <p role="status" className="flex-1">
        {SAID[queue]}
      </p>
      {(queue === "done" || queue === "away") && <Button onClick={() => mode.restart()}>Look again</Button>}
      <Button onClick={mode.leave}>Leave review</Button>
    </div>
  );
}
