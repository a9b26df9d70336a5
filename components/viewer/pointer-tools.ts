import { draws } from "../annotate/annotate-state.ts";
import { rowTest } from "../findings/finding-filter.ts";
import { NONE, togglePick } from "../pick/pick.ts";
import { byStack } from "../pick/put-aside.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { MountedViewer } from "./mount-viewer.ts";

/** Findings this many screen pixels off the pointer still count as hit. */
const SLACK_PIXELS = 4;

export type PointerReport = (position: { x: number; y: number } | null) => void;

/** Gives the pointer its work on the picture: point and select. Returns what takes it away. */
export function attachPointer(viewer: MountedViewer, workspace: Workspace, onMove: PointerReport): () => void {
  const { osd, toImage, camera } = viewer;
  const { state, table, hits, sight } = workspace;
  let asked = 0;

  /** What lies under a point of the screen: as it was stacked, then the smallest first. */
  const hitsAt = (screenX: number, screenY: number): readonly string[] => {
    const { layers, filter, stack } = state.get();
    if (layers.hidden || layers.peek || workspace.inspector.get()) return [];
    const [x, y] = toImage(screenX, screenY);
    const under = hits.allAt(x, y, SLACK_PIXELS / camera.view().zoom, rowTest(table, filter)).map(table.idAt);
    return byStack(under, stack);
  };
  // One by one what is told apart can be pointed at; where only the density is seen, that would be chance.
  const hitAt = (screenX: number, screenY: number): string | null =>
    sight.get().shows === "boxes" ? (hitsAt(screenX, screenY)[0] ?? null) : null;
  /** Selects what lies beneath the selected one, if that is there; else the upmost. */
  const cycle = (under: readonly string[]): void => {
    state.update((value) => {
      const next = value.selectedId === null ? 0 : under.indexOf(value.selectedId) + 1;
      return { ...value, selectedId: under[next % Math.max(1, under.length)] ?? null, picked: NONE };
    });
  };
  let pointer: { x: number; y: number } | null = null;
  workspace.beneath.select = () => {
    const under = pointer ? hitsAt(pointer.x, pointer.y) : [];
    if (under.length > 0) cycle(under);
    return under.length > 0;
  };

  const onPointerMove = (event: PointerEvent): void => {
    const box = osd.canvas.getBoundingClientRect();
    const [screenX, screenY] = [event.clientX - box.left, event.clientY - box.top];
    pointer = { x: screenX, y: screenY };
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      const [x, y] = toImage(screenX, screenY);
      onMove({ x, y });
      const hoveredId = draws(state.get().tool) || event.buttons !== 0 ? null : hitAt(screenX, screenY);
      if (hoveredId !== state.get().hoveredId) state.update((value) => ({ ...value, hoveredId }));
    });
  };
  const onPointerLeave = (): void => {
    cancelAnimationFrame(asked);
    pointer = null;
    onMove(null);
    state.update((value) => (value.hoveredId === null ? value : { ...value, hoveredId: null }));
  };
  osd.addHandler("canvas-click", (event) => {
    const { tool } = state.get();
    if (!event.quick || draws(tool)) return;
    const { x, y } = viewer.clickedAt(event.position);
    const under = hitsAt(x, y);
    // What is edited stays selected while its handles are pressed, also outside it.
    if (tool === "edit" && under.length === 0) return;
    const { originalEvent } = event;
    const [upmost] = under;
    if (originalEvent instanceof MouseEvent && (originalEvent.ctrlKey || originalEvent.metaKey)) {
      if (upmost !== undefined) togglePick(workspace, upmost);
    } else cycle(under);
  });
  osd.canvas.addEventListener("pointermove", onPointerMove);
  osd.canvas.addEventListener("pointerleave", onPointerLeave);

  return () => {
    cancelAnimationFrame(asked);
    workspace.beneath.select = () => false;
    osd.canvas.removeEventListener("pointermove", onPointerMove);
    osd.canvas.removeEventListener("pointerleave", onPointerLeave);
  };
}
