import { BULK_IDS_LIMIT } from "#lib/core/api/findings.ts";
import { placeTest } from "#lib/core/geometry/region.ts";
import { closedRing, type Position } from "#lib/core/geometry/shape.ts";
import { rowTest } from "../findings/finding-filter.ts";
import { plural } from "../ui/format.ts";
import { notify } from "../ui/toasts.ts";
import { findingView } from "../workspace/finding-view.ts";
import type { Workspace } from "../workspace/workspace.ts";

/** No findings chosen together. */
export const NONE: ReadonlySet<string> = new Set();

/** Chooses these findings together; a single one is selected instead. Those chosen before stay where `adds`. */
export function pick(workspace: Workspace, ids: Iterable<string>, adds: boolean): void {
  const { picked, selectedId } = workspace.state.get();
  const before = picked.size > 0 ? picked : new Set(selectedId === null ? [] : [selectedId]);
  const next = new Set([...(adds ? before : []), ...ids]);
  if (next.size > BULK_IDS_LIMIT) {
    const text = `${plural(BULK_IDS_LIMIT, "finding")} can be chosen at once. Take a smaller area, or filter first.`;
    notify({ tone: "warning", title: "These are too many", text });
    return;
  }
  show(workspace, next);
}

/** Adds a finding to those chosen together, or takes it away. */
export function togglePick(workspace: Workspace, id: string): void {
  const { picked, selectedId } = workspace.state.get();
  const next = new Set(picked.size > 0 ? picked : selectedId === null ? [] : [selectedId]);
  if (!next.delete(id)) next.add(id);
  show(workspace, next);
}

/** Chooses the findings of the list from the selected one to this one. */
export function pickThrough(workspace: Workspace, id: string): void {
  const { table, state } = workspace;
  const { order } = findingView(workspace);
  const placeOf = (each: string | null): number => {
    const at = each === null ? undefined : table.positionOf(each);
    return at === undefined ? -1 : order.indexOf(at);
  };
  const [from, to] = [placeOf(state.get().selectedId), placeOf(id)];
  const [first, last] = from === -1 ? [to, to] : [Math.min(from, to), Math.max(from, to)];
  pick(workspace, Array.from(order.subarray(first, last + 1), table.idAt), false);
}

/** Chooses the findings that are shown and have their middle in a ring of level-0 pixels. */
export function pickWithin(workspace: Workspace, ring: readonly Position[], adds: boolean): void {
  const { table, hits, state } = workspace;
  const { filter, layers } = state.get();
  if (layers.hidden) return;
  const { boxes } = table.columns;
  const [left, top] = [Math.min(...ring.map(([x]) => x)), Math.min(...ring.map(([, y]) => y))];
  const [right, bottom] = [Math.max(...ring.map(([x]) => x)), Math.max(...ring.map(([, y]) => y))];
  const isInside = placeTest({ type: "Polygon", coordinates: [closedRing(ring)] });
  const passes = rowTest(table, filter);
  const test = (at: number): boolean => {
    const x = (boxes[at * 4] ?? 0) + (boxes[at * 4 + 2] ?? 0) / 2;
    const y = (boxes[at * 4 + 1] ?? 0) + (boxes[at * 4 + 3] ?? 0) / 2;
    return passes(at) && isInside(x, y);
  };
  pick(workspace, hits.within(left, top, right - left, bottom - top, test, BULK_IDS_LIMIT + 1).map(table.idAt), adds);
}

/** Lets go of the findings chosen together. */
export function dropPicked(workspace: Workspace): void {
  workspace.state.update((state) => (state.picked.size === 0 ? state : { ...state, picked: NONE }));
}

function show(workspace: Workspace, ids: ReadonlySet<string>): void {
  const [only] = ids;
  workspace.state.update((state) => {
    if (ids.size < 2) return { ...state, picked: NONE, selectedId: only ?? null };
    // The one that the eye is on stays, so that a range goes on from it.
    const selectedId = state.selectedId !== null && ids.has(state.selectedId) ? state.selectedId : (only ?? null);
    return { ...state, picked: ids, selectedId };
  });
}
