import { useWorkspace, useWorkspaceState } from "./context.tsx";
import { classesOf, type FindingView, findingView } from "./finding-view.ts";

/** The findings as they are listed now; renders again when that changes. */
export function useFindingView(): FindingView & { classes: string[] } {
  const { workspace } = useWorkspace();
  useWorkspaceState((state) => ({
    revision: state.listRevision,
    filter: state.filter,
    sort: state.sort,
    grouped: state.grouped,
    counts: state.counts,
    runs: state.runs,
  }));
  return { ...findingView(workspace), classes: classesOf(workspace) };
}
