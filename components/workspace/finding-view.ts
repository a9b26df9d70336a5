import { orderRows, type Tally, tally } from "../findings/finding-filter.ts";
import type { Workspace } from "./workspace.ts";
import { chosenRun, type WorkspaceState } from "./workspace-state.ts";

/** What list and counts show: ids in order, and how many of what. */
export type FindingView = { order: readonly string[]; tally: Tally };

type Inputs = Pick<WorkspaceState, "listRevision" | "filter" | "sort">;
const made = new WeakMap<Workspace, { inputs: Inputs; view: FindingView }>();

/** The findings as they are listed now. Worked out once for all who ask, until something changes. */
export function findingView(workspace: Workspace): FindingView {
  const { listRevision, filter, sort } = workspace.state.get();
  const last = made.get(workspace);
  const same =
    last && last.inputs.listRevision === listRevision && last.inputs.filter === filter && last.inputs.sort === sort;
  if (last && same) return last.view;
  const { ids } = workspace.table.columns;
  const order = Array.from(orderRows(workspace.table, filter, sort), (at) => ids[at] ?? "");
  const view = { order, tally: tally(workspace.table, filter) };
  made.set(workspace, { inputs: { listRevision, filter, sort }, view });
  return view;
}

/** Classes that a finding may be given, as they are numbered: what the run was asked for, then all that occur, by name. */
export function classesOf(workspace: Workspace): string[] {
  const declared = chosenRun(workspace.state.get())?.configuration.classes ?? [];
  const present = findingView(workspace).tally.labels.map((each) => each.label);
  return [...new Set([...declared, ...present.sort((a, b) => a.localeCompare(b))])];
}
