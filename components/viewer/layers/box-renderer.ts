import { classColour } from "#lib/core/detection/class-colour.ts";
import { type FindingFilter, rowTest } from "../../findings/finding-filter.ts";
import { ACCEPTED, type FindingTable, REJECTED } from "../../findings/finding-table.ts";
import type { View } from "../camera.ts";
import { fragmentShader, vertexShader } from "./box-shaders.ts";
import { createPlainRenderer } from "./plain-renderer.ts";

/** Draws every finding that passes a filter. `view` is centre and scale; the canvas's own size is the screen. */
export type BoxRenderer = {
  draw: (table: FindingTable, filter: FindingFilter, view: View, pixelRatio: number) => void;
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

/** How a row looks, for the shader: bit 0 accepted, bit 1 rejected, bit 2 provisional. */
function styleOf(review: number, provisional: number): number {
  return (review === ACCEPTED ? 1 : 0) | (review === REJECTED ? 2 : 0) | (provisional === 1 ? 4 : 0);
}

function createGlRenderer(canvas: HTMLCanvasElement, gl: WebGL2RenderingContext): BoxRenderer {
  const program = link(gl);
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

  let count = 0;
  let uploaded: { revision: number; filter: FindingFilter } | null = null;

  function upload(table: FindingTable, filter: FindingFilter): void {
    if (uploaded?.revision === table.revision && uploaded.filter === filter) return;
    uploaded = { revision: table.revision, filter };
    const bytes = packRows(table, filter);
    count = bytes.byteLength / STRIDE_BYTES;
    gl.bindBuffer(gl.ARRAY_BUFFER, buffer);
    gl.bufferData(gl.ARRAY_BUFFER, bytes, gl.DYNAMIC_DRAW);
  }

  return {
    draw(table, filter, view, pixelRatio) {
      upload(table, filter);
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
      gl.drawArraysInstanced(gl.TRIANGLE_STRIP, 0, 4, count);
    },
    destroy() {
      gl.deleteBuffer(buffer);
      gl.deleteVertexArray(array);
      gl.deleteProgram(program);
      gl.getExtension("WEBGL_lose_context")?.loseContext();
    },
  };
}

/** The rows that pass, as the shader reads them; the most certain last, so that they lie on top. */
function packRows(table: FindingTable, filter: FindingFilter): ArrayBuffer {
  const { boxes, ids, labels, reviews, provisional, labelNames } = table.columns;
  const colours = labelNames.map((name) => classColour(name));
  const passes = rowTest(table, filter);
  const bytes = new ArrayBuffer(table.size * STRIDE_BYTES);
  const floats = new Float32Array(bytes);
  const octets = new Uint8Array(bytes);
  const words = new Uint32Array(bytes);
  let written = 0;
  for (let at = table.size - 1; at >= 0; at -= 1) {
    if (!passes(at)) continue;
    const base = (written * STRIDE_BYTES) / 4;
    for (let side = 0; side < 4; side += 1) floats[base + side] = boxes[at * 4 + side] ?? 0;
    const [red, green, blue] = colours[labels[at] ?? 0] ?? [128, 128, 128];
    const isShaped = table.shapeCount > 0 && table.shapeOf(ids[at] ?? "") !== null;
    octets.set([red, green, blue, isShaped ? SHAPED_ALPHA : 255], (base + 4) * 4);
    words[base + 5] = styleOf(reviews[at] ?? 0, provisional[at] ?? 0);
    written += 1;
  }
  return bytes.slice(0, written * STRIDE_BYTES);
}

function link(gl: WebGL2RenderingContext): WebGLProgram {
  const program = gl.createProgram();
  for (const [kind, source] of [
    [gl.VERTEX_SHADER, vertexShader],
    [gl.FRAGMENT_SHADER, fragmentShader],
  ] as const) {
    const shader = gl.createShader(kind);
    if (!shader) throw new Error("the browser lost its graphics context");
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
    gl.deleteShader(shader);
  }
  gl.linkProgram(program);
  if (!gl.getProgramParameter(program, gl.LINK_STATUS))
    throw new Error(gl.getProgramInfoLog(program) ?? "shader failed");
  return program;
}
