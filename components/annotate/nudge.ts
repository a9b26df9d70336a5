import type { Review } from "../review/review-session.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { reshape, shapeOfFinding, sketch } from "./annotator.ts";
import { dragged } from "./handles.ts";
import { moved, type Shape } from "./shape.ts";

/** Steps that follow each other this closely are one change, and one to undo, in milliseconds. */
const REST_MS = 450;

const timers = new WeakMap<Workspace, ReturnType<typeof setTimeout>>();

/** Moves the selected finding by arrow keys, or its right and lower sides. False where none is selected. Level-0 pixels. */
export function nudge(workspace: Workspace, review: Review, by: { dx: number; dy: number; grow: boolean }): boolean {
  const { selectedId } = workspace.state.get();
  if (selectedId === null) return false;
  const { edit } = workspace.annotate.get();
  const before = edit?.id === selectedId ? edit.shape : shapeOfFinding(workspace, selectedId);
  if (!before) return false;
  const shape = by.grow ? grown(before, by.dx, by.dy) : moved(before, by.dx, by.dy);
  sketch(workspace, { edit: { id: selectedId, shape, handle: { kind: "body" } } });
  clearTimeout(timers.get(workspace));
  timers.set(
    workspace,
    setTimeout(() => settle(workspace, review), REST_MS),
  );
  return true;
}

/** Makes the steps so far a change, before anything else is done. */
export function settle(workspace: Workspace, review: Review): void {
  const timer = timers.get(workspace);
  if (timer === undefined) return;
  clearTimeout(timer);
  timers.delete(workspace);
  const { edit } = workspace.annotate.get();
  if (edit) reshape(workspace, review, edit.id, edit.shape);
}

function grown(shape: Shape, dx: number, dy: number): Shape {
  const [x, y, width, height] = shape.box;
  const corner: [number, number] = [x + width, y + height];
  const to: [number, number] = [Math.max(x + 1, corner[0] + dx), Math.max(y + 1, corner[1] + dy)];
  return dragged(shape, { kind: "side", along: 1, across: 1 }, corner, to);
}
