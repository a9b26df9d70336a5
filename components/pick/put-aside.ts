import { findingView } from "../workspace/finding-view.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { NONE } from "./pick.ts";

/** Takes the findings chosen, or the selected one, out of picture, list and counts, on this page alone. False where none is. */
export function putAside(workspace: Workspace): boolean {
  const { picked, selectedId, filter } = workspace.state.get();
  const ids = picked.size > 0 ? [...picked] : selectedId === null ? [] : [selectedId];
  if (ids.length === 0) return false;
  const next = nextAfter(workspace, new Set(ids));
  const hiddenIds = new Set([...filter.hiddenIds, ...ids]);
  workspace.state.update((state) => ({
    ...state,
    filter: { ...state.filter, hiddenIds },
    picked: NONE,
    selectedId: next,
    hoveredId: null,
  }));
  return true;
}

/** Shows again what was put aside. */
export function showAside(workspace: Workspace): void {
  workspace.state.update((state) => ({ ...state, filter: { ...state.filter, hiddenIds: NONE } }));
}

/** What comes after these in the list, so that the eye keeps its place. */
function nextAfter(workspace: Workspace, ids: ReadonlySet<string>): string | null {
  const { table } = workspace;
  const { order } = findingView(workspace);
  const positions = new Set([...ids].map((id) => table.positionOf(id)));
  const last = order.findLastIndex((at) => positions.has(at));
  const at = order[last + 1] ?? order.findLast((each) => !positions.has(each));
  return at === undefined ? null : table.idAt(at);
}

/** Lays the selected finding over all others, or beneath them: what lies above is drawn last and pointed at first. False where none is. */
export function restack(workspace: Workspace, to: "front" | "back"): boolean {
  const { selectedId } = workspace.state.get();
  if (selectedId === null) return false;
  workspace.state.update((state) => {
    const heights = [0, ...state.stack.values()];
    const height = to === "front" ? Math.max(...heights) + 1 : Math.min(...heights) - 1;
    return { ...state, stack: new Map(state.stack).set(selectedId, height) };
  });
  return true;
}

/** Orders what lies over each other as it was stacked, the upmost first; what nobody stacked stays as it is. */
export function byStack(ids: readonly string[], stack: ReadonlyMap<string, number>): readonly string[] {
  return stack.size === 0 ? ids : ids.toSorted((a, b) => (stack.get(b) ?? 0) - (stack.get(a) ?? 0));
}
