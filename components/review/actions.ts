import { roleAllows } from "#lib/core/access/role.ts";
import { classesOf, neighbour } from "../workspace/finding-view.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Rectangle, Sheet, Tool } from "../workspace/workspace-state.ts";
import type { Command } from "./keys.ts";
import type { Review } from "./review-session.ts";

/** Selects a finding, or none, and brings it into view. */
export function select(workspace: Workspace, selectedId: string | null): void {
  workspace.state.update((state) => ({ ...state, selectedId }));
  const row = selectedId === null ? null : workspace.table.find(selectedId);
  if (row) workspace.camera.current?.flyTo(row.box);
}

/** Goes on to the next finding of the list, or back. */
function step(workspace: Workspace, by: 1 | -1): void {
  select(workspace, neighbour(workspace, workspace.state.get().selectedId, by));
}

/** Chooses a tool; the rectangle is for those who may annotate. */
export function setTool(workspace: Workspace, tool: Tool): void {
  if (tool === "rectangle" && !roleAllows(workspace.role, "reviewer")) return;
  workspace.state.update((state) => ({ ...state, tool, draft: null }));
}

/** Opens a sheet over the workspace, or closes the one that is open. */
export function openSheet(workspace: Workspace, sheet: Sheet): void {
  workspace.state.update((state) => ({
    ...state,
    sheet,
    incoming: sheet === "import" ? state.incoming : [],
    draft: sheet === "label-draft" ? state.draft : null,
    // A drawn box that is given up ends the tool as one that is kept does.
    tool: state.sheet === "label-draft" ? "move" : state.tool,
  }));
}

/** Decides on the selected finding and goes on to the next. */
function decideAndGoOn(workspace: Workspace, review: Review, decision: "accepted" | "rejected"): void {
  const { selectedId } = workspace.state.get();
  if (selectedId === null) return;
  // Taken before the decision, which may take the finding out of the list or move it.
  const next = neighbour(workspace, selectedId, 1);
  review.decide(selectedId, decision);
  select(workspace, next);
}

/** A box in the middle of the view, for those who draw without a pointer. */
function placeBox(workspace: Workspace): void {
  const { tool, image } = workspace.state.get();
  const visible = workspace.camera.current?.visible();
  if (tool !== "rectangle" || !visible) return;
  const [x, y, width, height] = visible;
  const side = Math.min(width, height, image.width ?? width, image.height ?? height) / 5;
  const draft: Rectangle = [x + (width - side) / 2, y + (height - side) / 2, side, side];
  workspace.state.update((state) => ({ ...state, draft, sheet: "label-draft" }));
}

/** Does what a key asks for. Returns false where there was nothing to do, so that the key keeps its usual meaning. */
export function perform(command: Command, workspace: Workspace, review: Review): boolean {
  const { state, camera } = workspace;
  const { selectedId } = state.get();
  const mayReview = roleAllows(workspace.role, "reviewer");
  switch (command.do) {
    case "accept":
    case "reject":
      if (mayReview) decideAndGoOn(workspace, review, command.do === "accept" ? "accepted" : "rejected");
      return mayReview;
    case "reopen":
      if (mayReview && selectedId) review.decide(selectedId, "unreviewed");
      return mayReview;
    case "class": {
      const label = classesOf(workspace)[command.number - 1];
      if (mayReview && selectedId && label) review.relabel(selectedId, label);
      return true;
    }
    case "relabel":
      if (mayReview && selectedId) openSheet(workspace, "relabel");
      return true;
    case "next":
    case "previous":
      step(workspace, command.do === "next" ? 1 : -1);
      return true;
    case "undo": {
      const id = review.undo();
      if (id) select(workspace, id);
      return true;
    }
    case "delete":
      if (mayReview && selectedId) review.remove(selectedId);
      return mayReview && selectedId !== null;
    case "hide":
      state.update((value) => ({ ...value, layers: { ...value.layers, hidden: !value.layers.hidden } }));
      return true;
    case "rectangle":
    case "move":
      setTool(workspace, command.do);
      return true;
    case "place":
      if (state.get().tool !== "rectangle") return false;
      placeBox(workspace);
      return true;
    case "keys":
      openSheet(workspace, "keys");
      return true;
    case "escape":
      state.update((value) => ({
        ...value,
        tool: "move",
        draft: null,
        sheet: null,
        selectedId: value.tool === "move" && value.sheet === null ? null : value.selectedId,
      }));
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
    case "pan":
      camera.current?.panBy(command.dx, command.dy);
      return true;
  }
}
