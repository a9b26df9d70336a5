import type { Screen } from "./to-screen.ts";

/** A canvas that fills what it is put in and lets the pointer through. */
export function layerCanvas(name: string): HTMLCanvasElement {
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

/** Gives a canvas so many pixels. Setting them, even to what they are, clears it. */
export function resize(canvas: HTMLCanvasElement, { width, height }: Screen): void {
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
}
