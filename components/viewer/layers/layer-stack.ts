import { drawPlaces } from "../../compare/place-layer.ts";
import { createInspectorLayer } from "../../merging/inspector-layer.ts";
import { shownColours } from "../../workspace/shown-colours.ts";
import type { Workspace } from "../../workspace/workspace.ts";
import { chosenRun, type TileLayer } from "../../workspace/workspace-state.ts";
import type { MountedViewer } from "../mount-viewer.ts";
import { createFindingsSheet } from "./findings-sheet.ts";
import { layerCanvas } from "./layer-canvas.ts";
import { createMarkLayer } from "./mark-layer.ts";
import { createMaskLayer } from "./mask-layer.ts";
import { drawTileGrid, drawTileHeat, drawTilePreview } from "./tile-layer.ts";
import { turnContext } from "./to-screen.ts";

/** Puts the layers over the picture and keeps them in step with view, findings and tiles. Returns what takes them away. */
export function stackLayers(viewer: MountedViewer, workspace: Workspace): () => void {
  const { osd, camera } = viewer;
  const { state } = workspace;
  const marks = layerCanvas("marks");
  // Names stand on what the sheet shows.
  const motion = { isHeld: false, isOnItsWay: false };
  const sheet = createFindingsSheet(
    workspace,
    () => motion.isHeld || motion.isOnItsWay,
    () => ask(),
  );
  osd.canvas.append(sheet.element, marks);
  const markLayer = createMarkLayer(workspace);
  const inspectorLayer = createInspectorLayer();
  const maskLayer = createMaskLayer(() => ask());
  let asked = 0;

  function fitToScreen(ratio: number): void {
    const width = Math.round(osd.canvas.clientWidth * ratio);
    const height = Math.round(osd.canvas.clientHeight * ratio);
    if (marks.width !== width) marks.width = width;
    if (marks.height !== height) marks.height = height;
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
    const context = marks.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, whole.width, whole.height);
    const screen = turnContext(context, whole, turn);
    const drawTiles = (layer: TileLayer): void => {
      const sight = { context, view, screen, ledger: workspace.ledger, page: value.page };
      if (layer === "state") drawTileGrid(sight, chosenRun(value));
      else drawTileHeat(sight, layer);
    };
    if (value.layers.mask) maskLayer.draw(context, view, screen, value.image, value.page);
    if (value.preview) drawTilePreview(context, view, screen, value.image, value.preview);
    else if (value.layers.grid && visible && inspected === null) drawTiles(value.layers.tiles);
    if (inspected && !value.layers.peek) {
      const isTooMuch = inspectorLayer.draw({ context, view, screen, colours: shownColours(value) }, inspected);
      workspace.inspector.update((now) => (now && now.isTooMuch !== isTooMuch ? { ...now, isTooMuch } : now));
    }
    if (inspected) return;
    if (visible) drawPlaces(context, view, screen, comparison);
    markLayer.draw(context, { view, screen, rows: sheet.rows() }, value, shown);
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
