import { countAside, type Tally, tally } from "../findings/finding-filter.ts";
import { groupsOf, orderRows } from "../findings/finding-order.ts";
import type { Workspace } from "./workspace.ts";
import { chosenRun, stepFrom, type WorkspaceState } from "./workspace-state.ts";

/** What list and counts show: rows of the table in order, where each class begins if it is grouped, and how many of what. */
export type FindingView = {
  order: Uint32Array;
  groups: readonly { label: string; start: number; count: number }[];
  tally: Tally;
};

type Inputs = Pick<WorkspaceState, "listRevision" | "filter" | "sort" | "grouped" | "counts"> & { epoch: number };
const made = new WeakMap<Workspace, { inputs: Inputs; view: FindingView }>();

/** The findings as they are listed now. Worked out once for all who ask, until something changes. */
export function findingView(workspace: Workspace): FindingView {
  const { table } = workspace;
  const { listRevision, filter, sort, grouped, counts } = workspace.state.get();
  const inputs: Inputs = { listRevision, filter, sort, grouped, counts, epoch: table.epoch };
  const last = made.get(workspace);
  if (last && sameInputs(last.inputs, inputs)) return last.view;
  const began = performance.now();
  const order = orderRows(table, filter, sort, grouped);
  const groups = grouped ? groupsOf(table, order) : [];
  // The server knows nothing of what was put aside here.
  const counted = counts && { ...counts, shown: counts.shown - countAside(table, filter) };
  const view = { order, groups, tally: counted ?? tally(table, filter) };
  made.set(workspace, { inputs, view });
  workspace.listPace.tookMs = performance.now() - began;
  return view;
}

function sameInputs(a: Inputs, b: Inputs): boolean {
  return (
    a.listRevision === b.listRevision &&
    a.filter === b.filter &&
    a.sort === b.sort &&
    a.grouped === b.grouped &&
    a.counts === b.counts &&
    a.epoch === b.epoch
  );
}

/** The finding that comes after one in the list, or before it; null where the list is empty. */
export function neighbour(workspace: Workspace, id: string | null, by: 1 | -1): string | null {
  const { table } = workspace;
  const at = stepFrom(findingView(workspace).order, id === null ? undefined : table.positionOf(id), by);
  return at === null ? null : table.idAt(at);
}

/** Classes that a finding may be given, as they are numbered: what the run was asked for, then all that occur, by name. */
export function classesOf(workspace: Workspace): string[] {
  const declared = chosenRun(workspace.state.get())?.configuration.classes ?? [];
  const present = findingView(workspace).tally.labels.map((each) => each.label);
  return [...new Set([...declared, ...present.sort((a, b) => a.localeCompare(b))])];
}
