import { useEffect, useRef } from "react";
import { PRESETS } from "#lib/core/presets/preset.ts";
import { sentence } from "../api/http.ts";
import { startRun } from "../api/runs.ts";
import { notify } from "../ui/toasts.ts";
import { useWorkspace, useWorkspaceState } from "../workspace/context.tsx";
import { withRun } from "../workspace/workspace-state.ts";
import { presetOf } from "./new-run-request.ts";

/** Starts the first analysis of a picture that was opened to be analysed (`?analyze=PRESET`), as soon as it is ready. */
export function useFirstAnalysis(): void {
  const { workspace, sync } = useWorkspace();
  const wanted = useRef<string | null>(null);
  const { ready, runsLoaded, untouched, imageId } = useWorkspaceState((state) => ({
    ready: state.image.state === "ready",
    runsLoaded: state.runsLoaded,
    untouched: state.runs.length === 0,
    imageId: state.image.id,
  }));

  useEffect(() => {
    // Read once: the address soon holds the view instead.
    wanted.current ??= new URLSearchParams(window.location.search).get("analyze");
    if (wanted.current === null || !ready || !runsLoaded) return;
    const preset = presetOf(wanted.current, PRESETS).id;
    wanted.current = null;
    if (!untouched) return;
    startRun(imageId, { preset }, `first-${imageId}`).then(
      (run) => {
        workspace.state.update((state) => ({ ...state, runs: withRun(state.runs, run) }));
        sync.showRun(run.id);
      },
      (error) => notify({ tone: "error", title: "The analysis could not start", text: sentence(error) }),
    );
  }, [workspace, sync, ready, runsLoaded, untouched, imageId]);
}
