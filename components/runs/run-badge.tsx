import type { RunState } from "#lib/core/detection/run.ts";
import { classNames } from "../ui/class-names.ts";

/** States of a run in words. */
export const STATE_NAMES: Record<RunState, string> = {
  queued: "Queued",
  planning: "Planning",
  running: "Running",
  paused: "Paused",
  synthesizing: "Describing",
  completed: "Completed",
  partial: "Some tiles failed",
  failed: "Failed",
  cancelled: "Cancelled",
  blocked: "Blocked",
};

const TONES: Record<RunState, string> = {
  queued: "text-accent",
  planning: "text-accent",
  running: "text-accent",
  synthesizing: "text-accent",
  paused: "text-warn",
  completed: "text-good",
  partial: "text-warn",
  failed: "text-bad",
  cancelled: "text-muted",
  blocked: "text-warn",
};

/** The state of a run in a word and a dot. */
export function RunBadge({ state }: { state: RunState }) {
  return (
    <span className={classNames("inline-flex items-center gap-1.5 text-xs font-medium", TONES[state])}>
      <span aria-hidden className="size-1.5 rounded-full bg-current" />
      {STATE_NAMES[state]}
    </span>
  );
}
