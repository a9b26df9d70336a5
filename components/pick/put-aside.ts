import { uuidv7 } from "#lib/uuid.ts";
import { remember } from "../findings/undo-stack.ts";
import { plural } from "../ui/format.ts";
import { findingView } from "../workspace/finding-view.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { NONE } from "./pick.ts";

/**
 * Takes the findings chosen, or the selected one, out of picture, list and counts of this person's pages, until they are shown again. False
 * where none is.
 */
export function putAside(workspace: Workspace): boolean {
  const { picked, selectedId } = workspace.state.get();
  const ids = picked.size > 0 ? [...picked] : selectedId === null ? [] : [selectedId];
  if (ids.length === 0) return false;
  const next = nextAfter(workspace, new Set(ids));
  setAside(workspace, ids, true);
  const what = `${plural(ids.length, "finding")} put aside`;
  workspace.state.update((state) => ({
    ...state,
    deeds: remember(state.deeds, { kind: "aside", id: uuidv7(), ids, away: true, what }),
    picked: NONE,
    selectedId: next,
    hoveredId: null,
  }));
  return true;
}

/** Shows again all that was put aside. */
export function showAside(workspace: Workspace): void {
  const ids = [...workspace.state.get().filter.hiddenIds];
  setAside(workspace, ids, false);
  const what = `${plural(ids.length, "finding")} shown again`;
  workspace.state.update((state) => ({
    ...state,
    deeds: remember(state.deeds, { kind: "aside", id: uuidv7(), ids, away: false, what }),
  }));
}

/** Puts these findings aside, or shows them again. */
export function setAside(workspace: Workspace, ids: readonly string[], away: boolean): void {
  const { hiddenIds } = workspace.state.get().filter;
  const moved = new Set(ids);
  const next = new Set([...[...hiddenIds].filter((id) => !moved.has(id)), ...(away ? ids : [])]);
  workspace.state.update((state) => ({ ...state, filter: { ...state.filter, hiddenIds: next } }));
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
  const { selectedId, stack } = workspace.state.get();
  if (selectedId === null) return false;
  const heights = [0, ...stack.values()];
  const after = to === "front" ? Math.max(...heights) + 1 : Math.min(...heights) - 1;
  const before = stack.get(selectedId) ?? null;
  const label = workspace.table.find(selectedId)?.label ?? "finding";
  const what = `${label} laid ${to === "front" ? "over" : "beneath"} all others`;
  setHeight(workspace, selectedId, after);
  workspace.state.update((state) => ({
    ...state,
    deeds: remember(state.deeds, { kind: "stack", id: selectedId, before, after, what }),
  }));
  return true;
}

/** Gives a finding its height among those that it lies over; null: none of its own. */
export function setHeight(workspace: Workspace, id: string, height: number | null): void {
  workspace.state.update((state) => {
    const stack = new Map(state.stack);
    if (height === null) stack.delete(id);
    else stack.set(id, height);
    return { ...state, stack };
  });
}

/** Orders what lies over each other as it was stacked, the upmost first; what nobody stacked stays as it is. */
export function byStack(ids: readonly string[], stack: ReadonlyMap<string, number>): readonly string[] {
  return stack.size === 0 ? ids : ids.toSorted((a, b) => (stack.get(b) ?? 0) - (stack.get(a) ?? 0));
}
