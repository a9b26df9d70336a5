import { drawPlaces } from "../../compare/place-layer.ts";
import { createInspectorLayer } from "../../merging/inspector-layer.ts";
import { shownColours } from "../../workspace/shown-colours.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { chosenRun, type WorkspaceState } from "../../workspace/workspace-state.ts";
import type { View } from "../camera.ts";
import type { MountedViewer } from "../mount-viewer.ts";
import { createFindingsSheet } from "./findings-sheet.ts";
import { layerCanvas, resize } from "./layer-canvas.ts";
import { drawMarks, marksOf } from "./mark-layer.ts";
import { createMaskLayer } from "./mask-layer.ts";
import { drawTileGrid, drawTileHeat, drawTilePreview, showsTiles } from "./tile-layer.ts";
import { type Screen, turnContext } from "./to-screen.ts";

type Drawing = (sight: { context: CanvasRenderingContext2D; view: View; screen: Screen }) => void;

/** Puts the layers over the picture and keeps them in step with view, findings and tiles. Returns what takes them away. */
export function stackLayers(viewer: MountedViewer, workspace: Workspace): () => void {
  const { osd, camera } = viewer;
  const { state } = workspace;
  const marks = layerCanvas("marks");
  const motion = { isHeld: false, isOnItsWay: false };
  const sheet = createFindingsSheet(workspace, () => motion.isHeld || motion.isOnItsWay);
  osd.canvas.append(sheet.element, marks);
  const inspectorLayer = createInspectorLayer();
  const maskLayer = createMaskLayer(() => ask());
  let asked = 0;

  function fitToScreen(ratio: number): void {
    const width = Math.round(osd.canvas.clientWidth * ratio);
    const height = Math.round(osd.canvas.clientHeight * ratio);
    resize(marks, { width, height });
  }

  function draw(): void {
    cancelAnimationFrame(asked);
    asked = 0;
    const ratio = window.devicePixelRatio;
    fitToScreen(ratio);
    const value = state.get();
    const view = camera.view();
    const turn = camera.turn();
    const whole = { width: osd.canvas.clientWidth, height: osd.canvas.clientHeight };
    const inspected = workspace.inspector.get();
    const comparison = workspace.comparison.get();
    const visible = !value.layers.hidden && !value.layers.peek;
    // What is inspected or compared stands in the findings' place.
    const shown = visible && inspected === null && comparison.others.length === 0;
    sheet.element.style.visibility = shown ? "visible" : "hidden";
    if (shown) sheet.follow({ view, turn, screen: whole });
    const drawn = drawings({ value, visible, shown });
    // An empty sheet over the picture would be blended into each frame all the same.
    marks.style.display = drawn.length === 0 ? "none" : "block";
    const context = drawn.length === 0 ? null : marks.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, whole.width, whole.height);
    const screen = turnContext(context, whole, turn);
    for (const each of drawn) each({ context, view, screen });
  }

  /** What there is to draw over the findings, undermost first. `visible`: no one hides what lies over the picture; `shown`: findings are. */
  function drawings({ value, visible, shown }: { value: WorkspaceState; visible: boolean; shown: boolean }): Drawing[] {
    const { layers, page, preview, image } = value;
    const inspected = workspace.inspector.get();
    const comparison = workspace.comparison.get();
    const drawn: Drawing[] = [];
    if (layers.mask) drawn.push(({ context, view, screen }) => maskLayer.draw(context, view, screen, image, page));
    if (preview) drawn.push(({ context, view, screen }) => drawTilePreview(context, view, screen, image, preview));
    else if (layers.grid && visible && inspected === null) {
      const [run, { ledger }, { tiles }] = [chosenRun(value), workspace, layers];
      if (tiles !== "state") drawn.push((sight) => drawTileHeat({ ...sight, ledger, page }, tiles));
      else if (run && showsTiles(ledger, run)) drawn.push((sight) => drawTileGrid({ ...sight, ledger, page }, run));
    }
    if (inspected && !layers.peek) {
      drawn.push((sight) => {
        const isTooMuch = inspectorLayer.draw({ ...sight, colours: shownColours(value) }, inspected);
        workspace.inspector.update((now) => (now && now.isTooMuch !== isTooMuch ? { ...now, isTooMuch } : now));
      });
    }
    if (inspected) return drawn;
    if (visible && comparison.found) {
      drawn.push(({ context, view, screen }) => drawPlaces(context, view, screen, comparison));
    }
    const marked = marksOf(workspace, value, shown);
    if (marked.hovered || marked.selected) {
      drawn.push((sight) => drawMarks(sight.context, sight, marked, shownColours(value)));
    }
    return drawn;
  }

  const ask = (): void => {
    if (asked === 0) asked = requestAnimationFrame(draw);
  };
  const changing = [state, workspace.inspector, workspace.comparison];
  const unsubscribe = changing.map((store) => store.subscribe(ask));
  // In the very frame in which the picture moves, so that boxes never swim over it.
  osd.addHandler("update-viewport", draw);
  osd.addHandler("canvas-press", () => {
    motion.isHeld = true;
  });
  osd.addHandler("canvas-release", () => {
    motion.isHeld = false;
    ask();
  });
  osd.addHandler("animation-start", () => {
    motion.isOnItsWay = true;
  });
  osd.addHandler("animation-finish", () => {
    motion.isOnItsWay = false;
    ask();
  });
  osd.addHandler("resize", ask);
  osd.addHandler("flip", ask);
  ask();

  return () => {
    for (const each of unsubscribe) each();
    cancelAnimationFrame(asked);
    sheet.destroy();
    marks.remove();
  };
}
