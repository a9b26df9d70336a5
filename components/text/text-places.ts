import type { Run } from "#lib/core/detection/run.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Rectangle } from "../workspace/workspace-state.ts";

/** True where the findings of a run are words. */
export function readsText(run: Run | null): boolean {
  return run !== null && (run.configuration.preset === "text" || run.configuration.model.startsWith("local:text"));
}

/** Brings a place in the text into view and selects its first word; on another page, that page is opened there. */
export function goToText(
  workspace: Workspace,
  place: { page: number; box: Rectangle; findings: readonly string[] },
): void {
  const selectedId = place.findings[0] ?? null;
  workspace.state.update((state) => ({ ...state, selectedId }));
  if (place.page !== workspace.page) workspace.openPage(place.page);
  else workspace.camera.current?.flyTo(place.box);
}
