import type { Workspace } from "../../workspace/workspace.ts";
import { chosenRun, type TileLayer } from "../../workspace/workspace-state.ts";
import type { MountedViewer } from "../mount-viewer.ts";
import { createBoxRenderer } from "./box-renderer.ts";
import { createMarkLayer } from "./mark-layer.ts";
import { createMaskLayer } from "./mask-layer.ts";
import { createShapeLayer } from "./shape-layer.ts";
import { drawTileGrid, drawTileHeat, drawTilePreview } from "./tile-layer.ts";

/** Puts the layers over the picture and keeps them in step with view, findings and tiles. Returns what takes them away. */
export function stackLayers(viewer: MountedViewer, workspace: Workspace): () => void {
  const { osd, camera } = viewer;
  const { state, table } = workspace;
  const boxes = layerCanvas("findings");
  const marks = layerCanvas("marks");
  osd.canvas.append(boxes, marks);
  const renderer = createBoxRenderer(boxes);
  const shapeLayer = createShapeLayer(workspace);
  const markLayer = createMarkLayer(workspace);
  const maskLayer = createMaskLayer(() => ask());
  let asked = 0;
  let painted: readonly unknown[] = [];

  function fitToScreen(ratio: number): void {
    const width = Math.round(osd.canvas.clientWidth * ratio);
    const height = Math.round(osd.canvas.clientHeight * ratio);
    for (const canvas of [boxes, marks]) {
      if (canvas.width !== width) canvas.width = width;
      if (canvas.height !== height) canvas.height = height;
    }
  }

  function draw(): void {
    cancelAnimationFrame(asked);
    asked = 0;
    const ratio = window.devicePixelRatio;
    fitToScreen(ratio);
    const value = state.get();
    const view = camera.view();
    const shown = !value.layers.hidden && !value.layers.peek;
    boxes.style.visibility = shown ? "visible" : "hidden";
    // A pointer that moves changes marks only; the boxes stay as they were painted.
    const sight = [table.revision, value.filter, view.x, view.y, view.zoom, boxes.width, boxes.height];
    if (shown && sight.some((each, at) => each !== painted[at])) {
      renderer.draw(table, value.filter, view, ratio);
      painted = sight;
    }
    const context = marks.getContext("2d");
    if (!context) return;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, osd.canvas.clientWidth, osd.canvas.clientHeight);
    const drawTiles = (layer: TileLayer): void => {
      const sight = { context, view, screen, ledger: workspace.ledger, page: value.page };
      if (layer === "state") drawTileGrid(sight, chosenRun(value));
      else drawTileHeat(sight, layer);
    };
    const screen = { width: osd.canvas.clientWidth, height: osd.canvas.clientHeight };
    if (value.layers.mask) maskLayer.draw(context, view, screen, value.image, value.page);
    if (value.preview) drawTilePreview(context, view, screen, value.image, value.preview);
    else if (value.layers.grid && shown) drawTiles(value.layers.tiles);
    if (shown) shapeLayer.draw(context, view, screen, value);
    markLayer.draw(context, view, screen, value, shown);
  }

  const ask = (): void => {
    if (asked === 0) asked = requestAnimationFrame(draw);
  };
  const unsubscribe = state.subscribe(ask);
  // In the very frame in which the picture moves, so that boxes never swim over it.
  osd.addHandler("update-viewport", draw);
  osd.addHandler("resize", ask);
  ask();

  return () => {
    unsubscribe();
    cancelAnimationFrame(asked);
    renderer.destroy();
    boxes.remove();
    marks.remove();
  };
}

function layerCanvas(name: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  canvas.dataset["layer"] = name;
  canvas.setAttribute("aria-hidden", "true");
  Object.assign(canvas.style, {
    position: "absolute",
    inset: "0",
    width: "100%",
    height: "100%",
    pointerEvents: "none",
  });
  return canvas;
}
