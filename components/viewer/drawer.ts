import type { DrawerType } from "openseadragon";

/** How the renderers are called that emulate graphics hardware on the processor. */
const EMULATED = /swiftshader|llvmpipe|softpipe|software|basic render/i;

let known: DrawerType[] | null = null;

/**
 * What draws the tiles of a picture: WebGL where there is hardware for it, which joins them without seams at any angle; else the plain canvas.
 * Emulated, as on a virtual machine or over a remote desktop, WebGL takes half a second to begin and tens of milliseconds a tile.
 */
export function pictureDrawer(): DrawerType[] {
  known ??= hasHardware() ? ["webgl", "canvas"] : ["canvas"];
  return known;
}

function hasHardware(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2");
  if (!gl) return false;
  const named = gl.getExtension("WEBGL_debug_renderer_info");
  const renderer = String(gl.getParameter(named ? named.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
  gl.getExtension("WEBGL_lose_context")?.loseContext();
  return !EMULATED.test(renderer);
}
