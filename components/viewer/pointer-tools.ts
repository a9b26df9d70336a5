import type { FindingFilter } from "../findings/finding-filter.ts";
import { rowTest } from "../findings/finding-filter.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Rectangle } from "../workspace/workspace-state.ts";
import type { MountedViewer } from "./mount-viewer.ts";

/** Findings this many screen pixels off the pointer still count as hit. */
const SLACK_PIXELS = 4;
/** A drawn box smaller than this on the screen was a slip of the hand. */
const SMALLEST_DRAWN_PIXELS = 4;

export type PointerReport = (position: { x: number; y: number } | null) => void;

/** Gives the pointer its work on the picture: point, select, draw. Returns what takes it away. */
export function attachPointer(viewer: MountedViewer, workspace: Workspace, onMove: PointerReport): () => void {
  const { osd, toImage, camera } = viewer;
  const { state, table, hits, sight } = workspace;
  let drawing: [number, number] | null = null;
  let panning = false;
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
  const visibleRow = (filter: FindingFilter): ((at: number) => boolean) => rowTest(table, filter);
  const isDrawing = (): boolean => state.get().tool === "rectangle" && !panning;

  const onPointerMove = (event: PointerEvent): void => {
    const box = osd.canvas.getBoundingClientRect();
    const [screenX, screenY] = [event.clientX - box.left, event.clientY - box.top];
    cancelAnimationFrame(asked);
    asked = requestAnimationFrame(() => {
      const [x, y] = toImage(screenX, screenY);
      onMove({ x, y });
      const hoveredId = drawing || event.buttons !== 0 ? null : hitAt(screenX, screenY);
      if (hoveredId !== state.get().hoveredId) state.update((value) => ({ ...value, hoveredId }));
    });
  };
  const onPointerLeave = (): void => {
    cancelAnimationFrame(asked);
    onMove(null);
    state.update((value) => (value.hoveredId === null ? value : { ...value, hoveredId: null }));
  };
  const onSpace = (event: KeyboardEvent): void => {
    if (event.code === "Space") panning = event.type === "keydown";
  };

  osd.addHandler("canvas-click", (event) => {
    if (!event.quick || state.get().tool !== "move") return;
    const { x, y } = viewer.clickedAt(event.position);
    const under = hitsAt(x, y);
    state.update((value) => {
      // Another click at the same place goes on to what lies beneath.
      const next = value.selectedId === null ? 0 : under.indexOf(value.selectedId) + 1;
      return { ...value, selectedId: under[next % Math.max(1, under.length)] ?? null };
    });
  });
  osd.addHandler("canvas-press", (event) => {
    drawing = isDrawing() ? toImage(event.position.x, event.position.y) : null;
  });
  osd.addHandler("canvas-drag", (event) => {
    if (!drawing) return;
    event.preventDefaultAction = true;
    const draft = spanned(drawing, toImage(event.position.x, event.position.y), state.get().image);
    state.update((value) => ({ ...value, draft }));
  });
  osd.addHandler("canvas-release", () => {
    if (!drawing) return;
    drawing = null;
    const { draft } = state.get();
    const smallest = SMALLEST_DRAWN_PIXELS / camera.view().zoom;
    const large = draft !== null && draft[2] >= smallest && draft[3] >= smallest;
    state.update((value) => (large ? { ...value, sheet: "label-draft" } : { ...value, draft: null }));
  });
  osd.canvas.addEventListener("pointermove", onPointerMove);
  osd.canvas.addEventListener("pointerleave", onPointerLeave);
  window.addEventListener("keydown", onSpace);
  window.addEventListener("keyup", onSpace);

  return () => {
    cancelAnimationFrame(asked);
    window.removeEventListener("keydown", onSpace);
    window.removeEventListener("keyup", onSpace);
    osd.canvas.removeEventListener("pointermove", onPointerMove);
    osd.canvas.removeEventListener("pointerleave", onPointerLeave);
  };
}

/** The rectangle between two points, within the picture, to a tenth of a pixel. */
export function spanned(
  from: readonly [number, number],
  to: readonly [number, number],
  image: { width: number | null; height: number | null },
): Rectangle {
  const within = (value: number, most: number | null): number =>
    Math.round(Math.min(Math.max(0, value), most ?? Number.POSITIVE_INFINITY) * 10) / 10;
  const [left, right] = [from[0], to[0]].map((x) => within(x, image.width)).sort((a, b) => a - b);
  const [top, bottom] = [from[1], to[1]].map((y) => within(y, image.height)).sort((a, b) => a - b);
  if (left === undefined || right === undefined || top === undefined || bottom === undefined) return [0, 0, 0, 0];
  return [left, top, right - left, bottom - top];
}
