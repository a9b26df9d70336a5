/** How the renderers are called that emulate graphics hardware on the processor. */
const EMULATED = /swiftshader|llvmpipe|softpipe|software|basic render/i;

function hasHardware(): boolean {
  const gl = new OffscreenCanvas(1, 1).getContext("webgl2");
  if (!gl) return false;
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  return !EMULATED.test(renderer);
}

self.postMessage(hasHardware());
