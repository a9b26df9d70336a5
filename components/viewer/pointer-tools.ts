import type { FindingFilter } from "../findings/finding-filter.ts";
import { rowTest } from "../findings/finding-filter.ts";
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

  /** What lies under a point of the screen, the smallest first. */
  const hitsAt = (screenX: number, screenY: number): string[] => {
    const { layers, filter } = state.get();
    if (layers.hidden || layers.peek) return [];
    const [x, y] = toImage(screenX, screenY);
    return hits.allAt(x, y, SLACK_PIXELS / camera.view().zoom, visibleRow(filter)).map(table.idAt);
  };
  // One by one what is told apart can be pointed at; where only the density is seen, that would be chance.
  const hitAt = (screenX: number, screenY: number): string | null =>
    sight.get().shows === "boxes" ? (hitsAt(screenX, screenY)[0] ?? null) : null;
  /** With a tool in hand the picture is drawn on, not pointed at. */
  const drawing = (): boolean => !["move", "edit"].includes(state.get().tool);
  const visibleRow = (filter: FindingFilter): ((at: number) => boolean) => rowTest(table, filter);

  const onPointerMove = (event: PointerEvent): void => {
    const box = osd.canvas.getBoundingClientRect();
    const [screenX, screenY] = [event.clientX - box.left, event.clientY - box.top];
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      const [x, y] = toImage(screenX, screenY);
      onMove({ x, y });
      const hoveredId = drawing() || event.buttons !== 0 ? null : hitAt(screenX, screenY);
      if (hoveredId !== state.get().hoveredId) state.update((value) => ({ ...value, hoveredId }));
    });
  };
  const onPointerLeave = (): void => {
    cancelAnimationFrame(asked);
    onMove(null);
    state.update((value) => (value.hoveredId === null ? value : { ...value, hoveredId: null }));
  };
  osd.addHandler("canvas-click", (event) => {
    const { tool } = state.get();
    if (!event.quick || drawing()) return;
    const { x, y } = viewer.clickedAt(event.position);
    const under = hitsAt(x, y);
    // What is edited stays selected while its handles are pressed, also outside it.
    if (tool === "edit" && under.length === 0) return;
    state.update((value) => {
      // Another click at the same place goes on to what lies beneath.
      const next = value.selectedId === null ? 0 : under.indexOf(value.selectedId) + 1;
      return { ...value, selectedId: under[next % Math.max(1, under.length)] ?? null };
    });
  });
  osd.canvas.addEventListener("pointermove", onPointerMove);
  osd.canvas.addEventListener("pointerleave", onPointerLeave);

  return () => {
    cancelAnimationFrame(asked);
    osd.canvas.removeEventListener("pointermove", onPointerMove);
    osd.canvas.removeEventListener("pointerleave", onPointerLeave);
  };
}
