import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import { ACCEPTED, REJECTED, ROW_FLAGS } from "../../findings/finding-columns.ts";
import type { FindingTable } from "../../findings/finding-table.ts";
import type { View } from "../camera.ts";
import { fragmentShader, vertexShader } from "./box-shaders.ts";
import { type Covering, createCover } from "./cover.ts";
import { linkProgram } from "./link-program.ts";
import { createPlainRenderer } from "./plain-renderer.ts";

/** Rows of a table, those `picked` stronger than the others, in the colours of their classes. */
export type DrawnBoxes = {
  table: FindingTable;
  rows: Uint32Array;
  picked: ReadonlySet<number>;
  colours: ClassColours;
};

/** Draws boxes, and what covers them. `view` is centre and scale; the canvas's own size is the screen. */
export type BoxRenderer = {
  draw: (drawn: DrawnBoxes, over: Covering | null, view: View, pixelRatio: number) => void;
  destroy: () => void;
};

/** x, y, width, height as floats; then colour and review state as bytes. */
const STRIDE_BYTES = 24;

/** Makes the renderer of a canvas: WebGL 2, or plain canvas where the browser has none. */
export function createBoxRenderer(canvas: HTMLCanvasElement): BoxRenderer {
  const gl = canvas.getContext("webgl2", { alpha: true, antialias: false, premultipliedAlpha: true });
  return gl ? createGlRenderer(canvas, gl) : createPlainRenderer(canvas);
}

/** How much of a box is seen where the finding has an outline of its own, of 255. */
const SHAPED_ALPHA = 70;

/** How a row looks, for the shader: bit 0 accepted, bit 1 rejected, bit 2 provisional, bit 3 picked. */
const PICKED = 8;
function styleOf(review: number, provisional: number): number {
  return (review === ACCEPTED ? 1 : 0) | (review === REJECTED ? 2 : 0) | (provisional === 1 ? 4 : 0);
}

function createGlRenderer(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext): BoxRenderer {
  const program = linkProgram(gl, vertexShader, fragmentShader);
  const cover = createCover(gl);
  const array = gl.createVertexArray();
  const buffer = gl.createBuffer();
  gl.bindVertexArray(array);
  gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
  gl.enableVertexAttribArray(0);
  gl.vertexAttribPointer(0, 4, gl.FLOAT, false, STRIDE_BYTES, 0);
  gl.vertexAttribDivisor(0, 1);
  gl.enableVertexAttribArray(1);
  gl.vertexAttribPointer(1, 4, gl.UNSIGNED_BYTE, true, STRIDE_BYTES, 16);
  gl.vertexAttribDivisor(1, 1);
  gl.enableVertexAttribArray(2);
  gl.vertexAttribIPointer(2, 1, gl.UNSIGNED_INT, STRIDE_BYTES, 20);
  gl.vertexAttribDivisor(2, 1);
  const place = (name: string): WebGLUniformLocation | null => gl.getUniformLocation(program, name);
  const uniforms = { centre: place("centre"), scale: place("scale"), screen: place("screen"), ratio: place("ratio") };

  return {
    draw(drawn, over, view, pixelRatio) {
      gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
      gl.bufferData(gl.ARRAY_BUFFER, packRows(drawn), gl.STREAM_DRAW);
      gl.viewport(0, 0, canvas.width, canvas.height);
      gl.clearColor(0, 0, 0, 0);
      gl.clear(gl.COLOR_BUFFER_BIT);
      // biome-ignore lint/correctness/useHookAtTopLevel: a WebGL call by a name that looks like a hook
      gl.useProgram(program);
      gl.bindVertexArray(array);
      gl.enable(gl.BLEND);
      gl.blendFunc(gl.ONE, gl.ONE_MINUS_SRC_ALPHA);
      gl.uniform2f(uniforms.centre, view.x, view.y);
      gl.uniform1f(uniforms.scale, view.zoom * pixelRatio);
      gl.uniform2f(uniforms.screen, canvas.width, canvas.height);
      gl.uniform1f(uniforms.ratio, pixelRatio);
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, drawn.rows.length);
      if (over) cover.draw(over);
    },
    destroy() {
      cover.destroy();
      gl.deleteBuffer(buffer);
      gl.deleteVertexArray(array);
      gl.deleteProgram(program);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

/** The rows as the shader reads them. */
function packRows({ table, rows, picked, colours: own }: DrawnBoxes): ArrayBuffer {
  const { boxes, labels, reviews, flags, labelNames } = table.columns;
  const colours = labelNames.map((name) => classColour(name, own));
  const bytes = new ArrayBuffer(rows.length * STRIDE_BYTES);
  const floats = new Float32Array(bytes);
  const octets = new Uint8Array(bytes);
  const words = new Uint32Array(bytes);
  for (const [written, at] of rows.entries()) {
    const base = (written * STRIDE_BYTES) / 4;
    for (let side = 0; side < 4; side += 1) floats[base + side] = boxes[at * 4 + side] ?? 0;
    const [red, green, blue] = colours[labels[at] ?? 0] ?? [128, 128, 128];
    const flag = flags[at] ?? 0;
    const shape = (flag & ROW_FLAGS.shaped) === 0 ? null : table.shapeOf(table.idAt(at));
    const isOutlined = shape?.type === "Polygon" || shape?.type === "MultiPolygon";
    octets[base * 4 + 16] = red;
    octets[base * 4 + 17] = green;
    octets[base * 4 + 18] = blue;
    octets[base * 4 + 19] = isOutlined ? SHAPED_ALPHA : 255;
    words[base + 5] = styleOf(reviews[at] ?? 0, flag & ROW_FLAGS.provisional) | (picked.has(at) ? PICKED : 0);
  }
  return bytes;
}
