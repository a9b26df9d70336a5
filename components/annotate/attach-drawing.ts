import type { Position } from "#lib/core/geometry/shape.ts";
import { pickWithin } from "../pick/pick.ts";
import type { Review } from "../review/review-session.ts";
import type { MountedViewer } from "../viewer/mount-viewer.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { picks } from "./annotate-state.ts";
import { finishDraft, finishStroke, keepShape, reshape, shapeOfFinding, sketch } from "./annotator.ts";
import { addCorner, begin, type Draft, type DraftTool, follow, outlineOf } from "./drafts.ts";
import { covers, dragged, type Handle, handleAt, withoutCorner } from "./handles.ts";
import { settle } from "./nudge.ts";
import { type Shape, shapeOf } from "./shape.ts";

/** How near a handle the pointer has to be, and how far outside the one for turning stands, in screen pixels. */
const REACH_PIXELS = 9;
export const ARM_PIXELS = 26;

/** Tools that are drawn with one drag. */
const DRAG_TOOLS: readonly string[] = ["rectangle", "ellipse", "ruler", "free", "turned", "pick-box", "pick-free"];

/** Gives the pointer its work with the drawing tools. Returns what takes it away. */
export function attachDrawing(viewer: MountedViewer, workspace: Workspace, review: Review): () => void {
  const { osd, camera } = viewer;
  const { state, annotate } = workspace;
  let held: { handle: Handle; shape: Shape; id: string; from: Position } | null = null;
  let pressed = false;
  let panning = false;

  const place = (point: { x: number; y: number }): Position => {
    const [x, y] = viewer.toImage(point.x, point.y);
    const { width, height } = state.get().image;
    return [Math.min(Math.max(0, x), width ?? x), Math.min(Math.max(0, y), height ?? y)];
  };
  const placeOf = (event: { position: { x: number; y: number } }): Position => place(viewer.clickedAt(event.position));
  const scale = (pixels: number): number => pixels / camera.view().zoom;

  function pressEdit(at: Position, alt: boolean): boolean {
    settle(workspace, review);
    const { selectedId } = state.get();
    const shape = shapeOfFinding(workspace, selectedId);
    if (!shape || selectedId === null) return false;
    const handle = handleAt(shape, at, scale(REACH_PIXELS), scale(ARM_PIXELS));
    if (!handle) return false;
    if (alt && handle.kind === "corner") {
      const less = withoutCorner(shape, handle);
      if (less) reshape(workspace, review, selectedId, less);
      return true;
    }
    held = { handle, shape, id: selectedId, from: at };
    return true;
  }

  function pressBrush(at: Position, alt: boolean): void {
    const { selectedId } = state.get();
    const selected = shapeOfFinding(workspace, selectedId);
    const near = selected !== null && covers(selected, at, scale(annotate.get().radius));
    sketch(workspace, { stroke: { path: [at], erase: alt, onto: near || alt ? selectedId : null } });
  }

  /** Returns false where the press is the picture's. */
  function press(at: Position, alt: boolean, adds: boolean): boolean {
    const { tool } = state.get();
    if (tool === "move" && adds) {
      sketch(workspace, { draft: begin("pick-box", at) });
      return true;
    }
    if (tool === "edit") return pressEdit(at, alt);
    if (tool === "brush") {
      if (alt && state.get().selectedId === null) return true;
      pressBrush(at, alt);
      return true;
    }
    if (!DRAG_TOOLS.includes(tool)) return false;
    const { draft } = annotate.get();
    if (tool === "turned" && draft?.tool === "turned" && draft.reach !== null) return true;
    sketch(workspace, { draft: begin(tool as DraftTool, at) });
    return true;
  }

  function drag(at: Position, even: boolean): void {
    const { draft, stroke } = annotate.get();
    if (held) {
      const { id, handle, shape, from } = held;
      sketch(workspace, { edit: { id, handle, shape: dragged(shape, handle, from, at, even) } });
    } else if (stroke) sketch(workspace, { stroke: { ...stroke, path: [...stroke.path, at] }, pointer: at });
    else if (draft) sketch(workspace, { draft: follow(draft, at, even), pointer: at });
  }

  function release(at: Position, adds: boolean): void {
    const { draft, stroke, edit } = annotate.get();
    if (held) {
      held = null;
      if (edit) reshape(workspace, review, edit.id, edit.shape);
    } else if (stroke) finishStroke(workspace, review);
    else if (draft?.tool === "turned" && draft.reach === null) {
      const drawn = Math.hypot(draft.to[0] - draft.from[0], draft.to[1] - draft.from[1]) > scale(REACH_PIXELS);
      sketch(workspace, { draft: drawn ? { ...draft, reach: at } : null });
    } else if (draft?.tool === "ruler") {
      // What was measured stays in sight until it is kept or something else is done.
      const drawn = Math.hypot(draft.to[0] - draft.from[0], draft.to[1] - draft.from[1]) > scale(REACH_PIXELS / 2);
      if (!drawn) sketch(workspace, { draft: null });
    } else if (draft && picks(draft.tool)) finishPick(draft, adds);
    else if (draft) finishDraft(workspace, review);
  }

  /** A press without a drag is a click on what lies there. */
  function finishPick(draft: Draft, adds: boolean): void {
    sketch(workspace, { draft: null });
    const ring = outlineOf(draft)[0] ?? [];
    const reach = scale(REACH_PIXELS / 2);
    const [from] = ring;
    if (from && ring.some(([x, y]) => Math.hypot(x - from[0], y - from[1]) > reach)) pickWithin(workspace, ring, adds);
  }

  function click(at: Position): void {
    const { tool } = state.get();
    if (tool === "point") {
      keepShape(workspace, review, shapeOf({ type: "Point", coordinates: at }));
      return;
    }
    if (tool !== "polygon" && tool !== "polyline") return;
    const { draft } = annotate.get();
    if (!draft || !("corners" in draft)) {
      sketch(workspace, { draft: begin(tool, at) });
      return;
    }
    const [first] = draft.corners;
    const closes = first && Math.hypot(at[0] - first[0], at[1] - first[1]) <= scale(REACH_PIXELS);
    if (tool === "polygon" && closes && draft.corners.length > 2) finishDraft(workspace, review);
    else sketch(workspace, { draft: addCorner(draft, at) });
  }

  const altOf = (event: unknown): boolean => event instanceof MouseEvent && event.altKey;
  /** What is chosen now is added to what was chosen before. */
  const addsOf = (event: unknown): boolean => event instanceof MouseEvent && (event.ctrlKey || event.metaKey);
  osd.addHandler("canvas-press", (event) => {
    const { originalEvent } = event;
    pressed = !panning && press(placeOf(event), altOf(originalEvent), addsOf(originalEvent));
  });
  osd.addHandler("canvas-drag", (event) => {
    if (!pressed) return;
    event.preventDefaultAction = true;
    drag(placeOf(event), event.shift);
  });
  osd.addHandler("canvas-release", (event) => {
    if (pressed) release(placeOf(event), addsOf(event.originalEvent));
    pressed = false;
  });
  osd.addHandler("canvas-click", (event) => {
    if (event.quick && !panning) click(placeOf(event));
  });
  osd.addHandler("canvas-double-click", (event) => {
    if (state.get().tool === "move") return;
    event.preventDefaultAction = true;
    const { draft } = annotate.get();
    if (draft && "corners" in draft) finishDraft(workspace, review);
  });
  const onPointerMove = (event: PointerEvent): void => {
    const { tool } = state.get();
    if (tool === "move" || event.buttons !== 0) return;
    const box = osd.canvas.getBoundingClientRect();
    const at = place({ x: event.clientX - box.left, y: event.clientY - box.top });
    const { draft } = annotate.get();
    const follows = draft && ("corners" in draft || (draft.tool === "turned" && draft.reach !== null));
    sketch(workspace, { pointer: at, ...(follows && { draft: follow(draft, at, event.shiftKey) }) });
  };
  const onSpace = (event: KeyboardEvent): void => {
    if (event.code === "Space") panning = event.type === "keydown";
  };
  osd.canvas.addEventListener("pointermove", onPointerMove);
  window.addEventListener("keydown", onSpace);
  window.addEventListener("keyup", onSpace);
  return () => {
    osd.canvas.removeEventListener("pointermove", onPointerMove);
    window.removeEventListener("keydown", onSpace);
    window.removeEventListener("keyup", onSpace);
  };
}
