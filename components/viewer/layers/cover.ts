import { linkProgram } from "./link-program.ts";

/** One triangle that holds the whole screen. */
const vertexShader = `#version 300 es
out vec2 at;
void main() {
  vec2 corner = vec2(float((gl_VertexID << 1) & 2), float(gl_VertexID & 2));
  at = vec2(corner.x, 1.0 - corner.y);
  gl_Position = vec4(corner * 2.0 - 1.0, 0.0, 1.0);
}`;

const fragmentShader = `#version 300 es
precision mediump float;
in vec2 at;
uniform sampler2D sheet;
out vec4 shade;
void main() {
  shade = texture(sheet, at);
}`;

/**
 * Lays what is on a canvas over what a context of the same size has drawn: the browser then has one layer to blend into each frame
 * instead of two. Blending is as the context has it, for colours that are multiplied by their alpha.
 */
export function createCover(gl: WebGL2RenderingContext) {
  const program = linkProgram(gl, vertexShader, fragmentShader);
  const texture = gl.createTexture();
  const none = gl.createVertexArray();
  return {
    draw(canvas: HTMLCanvasElement): void {
      gl.bindTexture(gl.TEXTURE_2D, texture);
      gl.pixelStorei(gl.UNPACK_PREMULTIPLY_ALPHA_WEBGL, true);
      for (const side of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) {
        gl.texParameteri(gl.TEXTURE_2D, side, gl.NEAREST);
      }
      gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA, gl.RGBA, gl.UNSIGNED_BYTE, canvas);
      // biome-ignore lint/correctness/useHookAtTopLevel: a WebGL call by a name that looks like a hook
      gl.useProgram(program);
      gl.bindVertexArray(none);
      gl.drawArrays(gl.TRIANGLES, 0, 3);
    },
    destroy(): void {
      gl.deleteTexture(texture);
      gl.deleteVertexArray(none);
      gl.deleteProgram(program);
    },
  };
}
