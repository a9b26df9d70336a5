import { roleAllows } from "#lib/core/access/role.ts";
import type { Position } from "#lib/core/geometry/shape.ts";
import type { Review } from "../review/review-session.ts";
import { notify } from "../ui/toasts.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { type AnnotateState, NOTHING_DRAWN, picks, type Tool } from "./annotate-state.ts";
import { brushed } from "./brush.ts";
import { finish } from "./drafts.ts";
import { boxShape, ellipseShape, isSlip, moved, type Shape, shapeOf } from "./shape.ts";

/** What is smaller than this on the screen was a slip of the hand, in screen pixels. */
const SLIP_PIXELS = 4;
/** A free line follows the hand this closely, in screen pixels. */
const TOLERANCE_PIXELS = 1.2;
/** Where a copy lies beside what it was made from, in screen pixels. */
const COPY_OFFSET = 14;

const zoomOf = ({ camera }: Workspace): number => camera.current?.view().zoom ?? 1;

/** Changes what is being drawn. */
export function sketch({ annotate }: Workspace, change: Partial<AnnotateState>): void {
  annotate.update((value) => ({ ...value, ...change }));
}

/** The shape of a finding, as it is shown; null where it is not there. */
export function shapeOfFinding({ table, shapes }: Workspace, id: string | null): Shape | null {
  const row = id === null ? null : table.find(id);
  if (!row) return null;
  return { box: row.box, geometry: shapes.get(row.id)?.geometry ?? table.shapeOf(row.id) };
}

/** Tools for all; the others are for those who may annotate. */
export const mayHold = (tool: Tool): boolean => tool === "move" || picks(tool);

/** Takes a tool in hand that the role may hold. What was begun with another is given up. */
export function setTool(workspace: Workspace, tool: Tool): void {
  if (!mayHold(tool) && !roleAllows(workspace.role, "reviewer")) return;
  sketch(workspace, { draft: null, stroke: null, edit: null, waiting: null });
  workspace.state.update((state) => ({ ...state, tool }));
}

/** Makes a finding of a drawn shape: at once where the class is known, else its class is asked for. Slips of the hand are none. */
export function keepShape(workspace: Workspace, review: Review, shape: Shape | null): void {
  sketch(workspace, { draft: null, stroke: null });
  if (!shape || isSlip(shape, SLIP_PIXELS / zoomOf(workspace))) return;
  const { label } = workspace.annotate.get();
  if (label === null) {
    sketch(workspace, { waiting: shape });
    workspace.state.update((state) => ({ ...state, sheet: "label-draft" }));
    return;
  }
  const id = review.draw(shape.box, shape.geometry, label);
  workspace.state.update((state) => ({ ...state, selectedId: id }));
}

/** Gives the shape that waits its class, which the next ones get too. */
export function labelWaiting(workspace: Workspace, review: Review, label: string): void {
  const { waiting } = workspace.annotate.get();
  sketch(workspace, { label, waiting: null });
  workspace.state.update((state) => ({ ...state, sheet: null }));
  keepShape(workspace, review, waiting);
}

/** Ends the draft where its tool does not by itself: a polygon, a line, a measured length that is kept. False where there is none. */
export function finishDraft(workspace: Workspace, review: Review): boolean {
  const { draft } = workspace.annotate.get();
  if (!draft) return false;
  keepShape(workspace, review, finish(draft, TOLERANCE_PIXELS / zoomOf(workspace)));
  return true;
}

/** Lays a stroke of the brush on the finding it was begun on, or makes a new one of it. */
export function finishStroke(workspace: Workspace, review: Review): void {
  const { stroke, radius } = workspace.annotate.get();
  sketch(workspace, { stroke: null });
  if (!stroke) return;
  const before = shapeOfFinding(workspace, stroke.onto);
  const after = brushed(before, { path: stroke.path, radius: radius / zoomOf(workspace) }, stroke.erase);
  if (stroke.onto === null) keepShape(workspace, review, after);
  else if (after) reshape(workspace, review, stroke.onto, after);
  else notify({ tone: "info", title: "Nothing would be left of it", text: "Delete removes the whole." });
}

/** Gives a finding another shape, unless it is locked. */
export function reshape(workspace: Workspace, review: Review, id: string, shape: Shape): void {
  sketch(workspace, { edit: null });
  if (workspace.shapes.get(id)?.locked) {
    notify({ tone: "warning", title: "It is locked", text: "Unlock it with Shift+L to change its shape." });
    return;
  }
  const { image } = workspace.state.get();
  if (liesOn(shape, image)) review.reshape(id, shape.box, shape.geometry);
  else notify({ tone: "warning", title: "It stays where it was", text: "There it would lie outside the picture." });
}

function liesOn({ box }: Shape, image: { width: number | null; height: number | null }): boolean {
  const [x, y, width, height] = box;
  const [right, bottom] = [image.width ?? Number.POSITIVE_INFINITY, image.height ?? Number.POSITIVE_INFINITY];
  return x <= right && y <= bottom && x + width >= 0 && y + height >= 0;
}

/** A copy of the selected finding beside it, drawn by this person. */
export function duplicate(workspace: Workspace, review: Review): void {
  const { selectedId } = workspace.state.get();
  const shape = shapeOfFinding(workspace, selectedId);
  const row = selectedId === null ? null : workspace.table.find(selectedId);
  if (!shape || !row) return;
  const offset = COPY_OFFSET / zoomOf(workspace);
  const copy = moved(shape, offset, offset);
  const id = review.draw(copy.box, copy.geometry, row.label);
  workspace.state.update((state) => ({ ...state, selectedId: id }));
}

/** A shape in the middle of the view, for those who draw without a pointer. False where the tool has none. */
export function placeShape(workspace: Workspace, review: Review): boolean {
  const { tool, image } = workspace.state.get();
  const visible = workspace.camera.current?.visible();
  if (!visible || (tool !== "rectangle" && tool !== "ellipse" && tool !== "point")) return false;
  const [x, y, width, height] = visible;
  const side = Math.min(width, height, image.width ?? width, image.height ?? height) / 5;
  const middle: Position = [x + width / 2, y + height / 2];
  const box = [middle[0] - side / 2, middle[1] - side / 2, side, side] as const;
  if (tool === "point") keepShape(workspace, review, shapeOf({ type: "Point", coordinates: middle }));
  else keepShape(workspace, review, tool === "ellipse" ? ellipseShape(box) : boxShape(...box));
  return true;
}

/** Gives up what is being drawn. False where nothing is. */
export function cancelSketch(workspace: Workspace): boolean {
  const { draft, stroke, edit, waiting, label, radius, pointer } = workspace.annotate.get();
  workspace.annotate.update(() => ({ ...NOTHING_DRAWN, label, radius, pointer }));
  return draft !== null || stroke !== null || edit !== null || waiting !== null;
}
