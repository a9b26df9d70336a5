import { roleAllows } from "#lib/core/access/role.ts";
import { draws, otherRadius } from "../annotate/annotate-state.ts";
import {
  cancelSketch,
  duplicate,
  finishDraft,
  mayHold,
  placeShape,
  setTool,
  shapeOfFinding,
  sketch,
} from "../annotate/annotator.ts";
import { dropCorner } from "../annotate/drafts.ts";
import { nudge, settle } from "../annotate/nudge.ts";
import { decideOnPicked } from "../pick/decide-on-picked.ts";
import { NONE } from "../pick/pick.ts";
import { putAside, restack } from "../pick/put-aside.ts";
import { classesOf, neighbour } from "../workspace/finding-view.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Sheet } from "../workspace/workspace-state.ts";
import type { Command, Scope } from "./keys.ts";
import type { Review } from "./review-session.ts";

/** What keys mean now. */
export function scopeOf(workspace: Workspace): Scope {
  const { tool, reviewing } = workspace.state.get();
  if (draws(tool) || tool === "edit") return "drawing";
  return reviewing ? "review" : "viewer";
}

/** Selects a finding, or none, and brings it into view. */
export function select(workspace: Workspace, selectedId: string | null): void {
  workspace.state.update((state) => ({ ...state, selectedId, picked: NONE }));
  const row = selectedId === null ? null : workspace.table.find(selectedId);
  if (row) workspace.camera.current?.flyTo(row.box);
}

/** Goes on to the next finding of the list, or back. */
function step(workspace: Workspace, by: 1 | -1): void {
  select(workspace, neighbour(workspace, workspace.state.get().selectedId, by));
}

/** Opens a sheet over the workspace, or closes the one that is open. */
export function openSheet(workspace: Workspace, sheet: Sheet): void {
  // A drawn shape that is given no class is given up.
  if (sheet === null) sketch(workspace, { waiting: null });
  workspace.state.update((state) => ({ ...state, sheet, incoming: sheet === "import" ? state.incoming : [] }));
}

/** Decides on the selected finding and goes on to the next. */
function decideAndGoOn(workspace: Workspace, review: Review, decision: "accepted" | "rejected"): void {
  if (decideOnPicked(workspace, review, { review: decision })) return;
  const { selectedId } = workspace.state.get();
  if (selectedId === null) return;
  // Taken before the decision, which may take the finding out of the list or move it.
  const next = neighbour(workspace, selectedId, 1);
  review.decide(selectedId, decision);
  select(workspace, next);
}

function giveClass(workspace: Workspace, review: Review, number: number): void {
  const label = classesOf(workspace)[number - 1];
  if (!label) return;
  const { tool, selectedId } = workspace.state.get();
  if (draws(tool)) sketch(workspace, { label });
  else if (!decideOnPicked(workspace, review, { label }) && selectedId) review.relabel(selectedId, label);
}

function giveUp(workspace: Workspace): void {
  const { sheet, tool, picked } = workspace.state.get();
  if (cancelSketch(workspace) && sheet === null) return;
  if (sheet === null && !draws(tool) && picked.size > 0) {
    workspace.state.update((value) => ({ ...value, picked: NONE }));
    return;
  }
  workspace.state.update((value) => ({
    ...value,
    tool: sheet === null ? "move" : tool,
    sheet: null,
    selectedId: tool === "move" && sheet === null && !value.reviewing ? null : value.selectedId,
  }));
}

/** Lays another run of the picture beside it, or the same once more where there is none; or takes away what is there. */
function toggleBeside({ state }: Workspace): void {
  state.update((value) => {
    if (value.beside) return { ...value, beside: null };
    const other = value.runs.find((run) => run.id !== value.runId);
    return { ...value, beside: { imageId: value.image.id, runId: other?.id ?? value.runId } };
  });
}

/** Opens the page after this one, or before; false where there is none. */
function turnPage({ page, openPage, state }: Workspace, by: 1 | -1): boolean {
  const to = page + by;
  if (to < 0 || to >= state.get().image.pages) return false;
  openPage(to);
  return true;
}

/** Does what is asked for by a key, a button or the palette. Returns false where there was nothing to do, so that a key keeps its usual meaning. */
export function perform(command: Command, workspace: Workspace, review: Review): boolean {
  if (command.do !== "nudge") settle(workspace, review);
  if (performView(command, workspace)) return true;
  return roleAllows(workspace.role, "reviewer") && performChange(command, workspace, review);
}

/** What anybody may do. */
function performView(command: Command, workspace: Workspace): boolean {
  const { state, camera } = workspace;
  switch (command.do) {
    case "next":
    case "previous":
      step(workspace, command.do === "next" ? 1 : -1);
      return true;
    case "hide":
      state.update((value) => ({ ...value, layers: { ...value.layers, hidden: !value.layers.hidden } }));
      return true;
    case "beside":
      toggleBeside(workspace);
      return true;
    case "gallery":
      state.update((value) => ({ ...value, listedAs: value.listedAs === "rows" ? "crops" : "rows" }));
      return true;
    case "keys":
    case "palette":
      openSheet(workspace, command.do);
      return true;
    case "escape":
      giveUp(workspace);
      return true;
    case "fit":
      camera.current?.fit();
      return true;
    case "one-to-one":
      camera.current?.oneToOne();
      return true;
    case "zoom-in":
    case "zoom-out":
      camera.current?.zoomBy(command.do === "zoom-in" ? 1.5 : 1 / 1.5);
      return true;
    case "rotate":
      camera.current?.rotateBy(command.degrees);
      return true;
    case "flip":
      camera.current?.flip();
      return true;
    case "page":
      return turnPage(workspace, command.by);
    case "beneath":
      return workspace.beneath.select();
    case "put-aside":
      return putAside(workspace);
    case "to-front":
    case "to-back":
      return restack(workspace, command.do === "to-front" ? "front" : "back");
    case "pan":
      camera.current?.panBy(command.dx, command.dy);
      return true;
    case "tool":
      if (!mayHold(command.tool)) return false;
      setTool(workspace, command.tool);
      return true;
    default:
      return false;
  }
}

/** What those may do who annotate and decide. */
function performChange(command: Command, workspace: Workspace, review: Review): boolean {
  const { state } = workspace;
  const { selectedId } = state.get();
  switch (command.do) {
    case "accept":
    case "reject":
      decideAndGoOn(workspace, review, command.do === "accept" ? "accepted" : "rejected");
      return true;
    case "reopen":
      if (decideOnPicked(workspace, review, { review: "unreviewed" })) return true;
      if (selectedId) review.decide(selectedId, "unreviewed");
      return true;
    case "class":
      giveClass(workspace, review, command.number);
      return true;
    case "relabel":
    case "comment":
      if (selectedId) openSheet(workspace, command.do);
      return true;
    case "accept-many":
      openSheet(workspace, "accept-many");
      return true;
    case "undo":
    case "redo": {
      const id = command.do === "undo" ? review.undo() : review.redo();
      if (id) select(workspace, id);
      return true;
    }
    case "delete":
      if (decideOnPicked(workspace, review, { remove: true })) return true;
      if (selectedId) review.remove(selectedId);
      return selectedId !== null;
    default:
      return performDrawing(command, workspace, review);
  }
}

function performDrawing(command: Command, workspace: Workspace, review: Review): boolean {
  const { annotate, state } = workspace;
  const { selectedId } = state.get();
  switch (command.do) {
    case "tool":
      setTool(workspace, command.tool);
      return true;
    case "finish":
      return finishDraft(workspace, review) || placeShape(workspace, review);
    case "drop-corner": {
      const { draft } = annotate.get();
      if (draft) sketch(workspace, { draft: dropCorner(draft) });
      return draft !== null;
    }
    case "nudge":
      return nudge(workspace, review, command);
    case "duplicate":
      duplicate(workspace, review);
      return true;
    case "lock":
      if (selectedId && shapeOfFinding(workspace, selectedId)) {
        review.lock(selectedId, !(workspace.shapes.get(selectedId)?.locked ?? false));
      }
      return true;
    case "brush-wider":
    case "brush-narrower":
      annotate.update((value) => ({ ...value, radius: otherRadius(value.radius, command.do === "brush-wider") }));
      return true;
    default:
      return false;
  }
}
