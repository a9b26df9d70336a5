import { useEffect } from "react";
import { useWorkspace } from "../workspace/context.tsx";
import { perform, scopeOf } from "./actions.ts";
import { commandOf } from "./keys.ts";

/** True where a key press belongs to the control that has the focus. */
function isTaken(event: KeyboardEvent): boolean {
  const { target } = event;
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("[role=dialog], [role=menu], [role=alertdialog]")) return true;
  if (target.isContentEditable || target.matches("input:not([type=range]):not([type=checkbox]), textarea, select"))
    return true;
  const pages = !event.altKey && (event.key === "PageUp" || event.key === "PageDown");
  // What can be longer than the page is gone through by them.
  if (pages && target.closest("aside, section")) return true;
  const moves = pages || event.key.startsWith("Arrow") || event.key === "Home" || event.key === "End";
  if (moves && target.matches("input[type=range], [role=slider]")) return true;
  return event.key === "Enter" && target.matches("button, a, summary");
}

/** Gives the workspace its keys, wherever on the page the focus is. */
export function useKeys(): void {
  const { workspace, review, mode } = useWorkspace();
  useEffect(() => {
    const peek = (held: boolean): void =>
      workspace.state.update((state) =>
        state.layers.peek === held ? state : { ...state, layers: { ...state.layers, peek: held } },
      );
    const onKeyDown = (event: KeyboardEvent): void => {
      // Enter finishes what is being drawn, though the tool's button may have the focus still.
      const finishes = event.key === "Enter" && workspace.annotate.get().draft !== null;
      if (event.defaultPrevented || (isTaken(event) && !finishes)) return;
      const scope = scopeOf(workspace);
      // With a drawing tool Shift makes squares and longer steps.
      if (event.key === "Shift" && scope !== "drawing") peek(true);
      const command = commandOf(event, scope);
      if (command && (mode.perform(command) || perform(command, workspace, review))) event.preventDefault();
    };
    const onKeyUp = (event: KeyboardEvent): void => {
      if (event.key === "Shift") peek(false);
    };
    const onBlur = (): void => peek(false);
    window.addEventListener("keydown", onKeyDown);
    window.addEventListener("keyup", onKeyUp);
    window.addEventListener("blur", onBlur);
    return () => {
      window.removeEventListener("keydown", onKeyDown);
      window.removeEventListener("keyup", onKeyUp);
      window.removeEventListener("blur", onBlur);
    };
  }, [workspace, review, mode]);
}
