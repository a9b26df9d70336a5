import { linkProgram } from "./link-program.ts";

/** Two triangles over a place on the screen, which is told from its top left as parts of the screen: x, y, width, height. */
const vertexShader = `#version 300 es
uniform vec4 place;
out vec2 at;
void main() {
  at = vec2(float(gl_VertexID & 1), float(gl_VertexID >> 1));
  vec2 screen = place.xy + at * place.zw;
  gl_Position = vec4(screen.x * 2.0 - 1.0, 1.0 - screen.y * 2.0, 0.0, 1.0);
}`;

const fragmentShader = `#version 300 es
precision mediump float;
in vec2 at;
uniform sampler2D sheet;
out vec4 shade;
void main() {
  shade = texture(sheet, at);
}`;

/** A place on a canvas, in its pixels. */
type Place = { x: number; y: number; width: number; height: number };
/** What is on `canvas`, to be laid over `place`; `isNew`: since it was laid over anything last. */
export type Covering = { canvas: HTMLCanvasElement; place: Place; isNew: boolean };

/**
 * Lays what is on a canvas over what a context has drawn: the browser then has one layer to blend into each frame
 * instead of two. Blending is as the context has it, for colours that are multiplied by their alpha.
 */
export function createCover(gl: WebGL2RenderingContext) {
  const program = linkProgram(gl, vertexShader, fragmentShader);
  const texture = gl.createTexture();
  const none = gl.createVertexArray();
  const where = gl.getUniformLocation(program, "place");
  return {
    draw({ canvas, place, isNew }: Covering): void {
      const screen = gl.canvas;
      const isScaled = place.width !== canvas.width || place.height !== canvas.height;
      gl.bindTexture(gl.TEXTURE_2D, texture);
      for (const side of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) {
        gl.texParameteri(gl.TEXTURE_2D, side, gl.CLAMP_TO_EDGE);
      }
      for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
        gl.texParameteri(gl.TEXTURE_2D, side, isScaled ? gl.LINEAR : gl.NEAREST);
      }
      if (isNew) {
        gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
        gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
      }
      // biome-ignore lint/correctness/useHookAtTopLevel: a WebGL call by a name that looks like a hook
      gl.useProgram(program);
      gl.uniform4f(
        where,
        place.x / screen.width,
        place.y / screen.height,
        place.width / screen.width,
        place.height / screen.height,
      );
      gl.bindVertexArray(none);
      gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
    },
    destroy(): void {
      gl.deleteTexture(texture);
      gl.deleteVertexArray(none);
      gl.deleteProgram(program);
    },
  };
}
