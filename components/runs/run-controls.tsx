"use client";

import { Pause, Play, RotateCw, Square } from "lucide-react";
import { useState } from "react";
import { END_STATES, type Run } from "#lib/core/detection/run.ts";
import { controlRun, type RunAction } from "../api/runs.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { tryTo } from "../ui/try-to.ts";

/** What can be done about a run in its state: pause, resume, cancel, retry what failed. In a list buttons are small, and say `of` which run they are. */
export function RunControls({ run, failed, of }: { run: Run; failed: number; of?: string }) {
  const [busy, setBusy] = useState<RunAction | null>(null);
  const act = async (action: RunAction): Promise<void> => {
    setBusy(action);
    await tryTo(`The run could not be ${PAST[action]}`, () => controlRun(run.id, action));
    setBusy(null);
  };
  const button = (action: RunAction, name: string, icon: React.ReactNode) => {
    const rest = { disabled: busy !== null, "aria-busy": busy === action, icon, onClick: () => void act(action) };
    if (of !== undefined) return <IconButton name={`${name}: ${of}`} {...rest} />;
    return (
      <Button small {...rest}>
        {name}
      </Button>
    );
  };
  const over = END_STATES.includes(run.state);
  if (over)
    return failed > 0 || run.state === "failed"
      ? button("retry", "Retry failed tiles", <RotateCw size={14} aria-hidden />)
      : null;
  return (
    <div className={of === undefined ? "flex gap-1.5" : "flex justify-end"}>
      {run.state === "paused"
        ? button("resume", "Resume", <Play size={14} aria-hidden />)
        : button("pause", "Pause", <Pause size={14} aria-hidden />)}
      {button("cancel", "Cancel", <Square size={13} aria-hidden />)}
    </div>
  );
}

const PAST: Record<RunAction, string> = { pause: "paused", resume: "resumed", cancel: "cancelled", retry: "retried" };
