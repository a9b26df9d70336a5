import type { View } from "../camera.ts";
import { type BoxRenderer, createBoxRenderer, type DrawnBoxes } from "./box-renderer.ts";
import type { Covering } from "./cover.ts";
import { layerCanvas, resize } from "./layer-canvas.ts";
import { createPlainRenderer } from "./plain-renderer.ts";
import type { Screen } from "./to-screen.ts";

/** A browser that has not given back its graphics context by then may never do so. */
const LONGEST_LOSS_MS = 3000;

/**
 * The canvas of boxes in `parent`. A browser takes its graphics context away when the graphics card is reset or has too many of them:
 * what was on it is gone, and `repaint` is called once it is back, or once boxes are drawn without it as it stays away.
 */
export function createBoxesLayer(parent: HTMLElement, repaint: () => void) {
  let canvas = layerCanvas("findings");
  parent.append(canvas);
  /** Made when there are boxes to draw: where graphics are emulated, that takes a while. */
  let renderer: BoxRenderer | null = null;
  let loss: ReturnType<typeof setTimeout> | null = null;
  const watch = new AbortController();

  function lose(event: Event): void {
    // Else the browser does not give it back.
    event.preventDefault();
    renderer = null;
    loss = setTimeout(doWithout, LONGEST_LOSS_MS);
  }

  function regain(): void {
    if (loss) clearTimeout(loss);
    loss = null;
    repaint();
  }

  /** A canvas that had one kind of context can never have another. */
  function doWithout(): void {
    // A page that nobody sees is given nothing back.
    if (document.hidden) {
      loss = setTimeout(doWithout, LONGEST_LOSS_MS);
      return;
    }
    loss = null;
    watch.abort();
    const plain = layerCanvas("findings");
    canvas.replaceWith(plain);
    canvas = plain;
    renderer = createPlainRenderer(plain);
    repaint();
  }

  canvas.addEventListener("webglcontextlost", lose, { signal: watch.signal });
  canvas.addEventListener("webglcontextrestored", regain, { signal: watch.signal });

  return {
    show(isShown: boolean): void {
      canvas.style.display = isShown ? "block" : "none";
    },
    /** Draws on so many pixels of the screen, with `over` over the boxes. */
    draw(
      drawn: DrawnBoxes,
      over: Covering | null,
      { view, size, ratio }: { view: View; size: Screen; ratio: number },
    ): void {
      if (loss) return;
      resize(canvas, size);
      renderer ??= createBoxRenderer(canvas);
      renderer.draw(drawn, over, view, ratio);
    },
    /** Whether pixels of the canvas may be blended where they do not lie on those of the screen. */
    smooth(isSmooth: boolean): void {
      canvas.style.imageRendering = isSmooth ? "auto" : "pixelated";
    },
    destroy(): void {
      watch.abort();
      if (loss) clearTimeout(loss);
      renderer?.destroy();
    },
  };
}
