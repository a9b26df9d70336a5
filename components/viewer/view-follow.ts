import type { Workspace } from "../workspace/workspace.ts";
import type { View } from "./camera.ts";
import type { MountedViewer } from "./mount-viewer.ts";
import { writeAddress } from "./view-address.ts";

/** The address follows the view when it has come to rest for this long. */
const REST_MS = 200;

/**
 * Reports the view as it moves and when it rests, and keeps it, the selection, the run and what stands beside in the address bar, unless
 * that is another picture's. Returns what stops that.
 */
export function followView(
  viewer: MountedViewer,
  workspace: Workspace,
  on: { view: (view: View) => void; rest: () => void },
  writesAddress: boolean,
): () => void {
  let timer: ReturnType<typeof setTimeout> | null = null;
  const written = new Map(Object.entries(noted(workspace)));
  let opened = false;

  const write = (): void => {
    timer = null;
    if (opened) on.rest();
    if (!writesAddress) return;
    const { selectedId, runId, look, beside, filter, sort, grouped } = workspace.state.get();
    const compared = workspace.comparison.get();
    const search = writeAddress({
      ...{ view: opened ? viewer.camera.view() : null, page: workspace.page },
      ...{ turn: viewer.camera.turn(), findingId: selectedId, runId, look, beside, compared },
      listing: { filter, sort, grouped },
    });
    window.history.replaceState(window.history.state, "", `${window.location.pathname}${search}`);
  };
  const ask = (): void => {
    if (timer) clearTimeout(timer);
    timer = setTimeout(write, REST_MS);
  };
  const onChange = (): void => {
    const now = Object.entries(noted(workspace));
    if (now.every(([name, value]) => written.get(name) === value)) return;
    for (const [name, value] of now) written.set(name, value);
    ask();
  };
  const unsubscribe = [workspace.state.subscribe(onChange), workspace.comparison.subscribe(onChange)];
  viewer.osd.addHandler("open", () => {
    opened = true;
    const { selectedId } = workspace.state.get();
    // A link that names a finding but no place means the finding's place.
    const row = selectedId === null ? null : workspace.table.find(selectedId);
    if (row && !window.location.search.includes("zoom=")) viewer.camera.flyTo(row.box);
    on.view(viewer.camera.view());
  });
  viewer.osd.addHandler("update-viewport", () => {
    if (!opened) return;
    on.view(viewer.camera.view());
    ask();
  });
  for (const turned of ["rotate", "flip"] as const) {
    viewer.osd.addHandler(turned, () => {
      if (opened) on.view(viewer.camera.view());
      ask();
    });
  }
  return () => {
    for (const each of unsubscribe) each();
    if (timer) clearTimeout(timer);
  };
}

/** What stands in the address beside the view. */
function noted(workspace: Workspace): Record<string, unknown> {
  const { selectedId, runId, look, beside, filter, sort, grouped } = workspace.state.get();
  const { others, iou } = workspace.comparison.get();
  return { selectedId, runId, look, beside, filter, sort, grouped, others, iou };
}
