import type { DrawerType } from "openseadragon";

/** Hardware answers within tens of milliseconds: what takes so long is emulated. */
const LONGEST_MS = 1000;
/** That graphics are emulated here is known for a day: a graphics card does not come often. */
const KNOWN_FOR_MS = 24 * 3600 * 1000;
const KNOWN_AS = "tessera.graphics-emulated-at";

/**
 * What draws the tiles of a picture: WebGL where there is hardware for it, which joins them without seams at any angle; else the plain canvas.
 * Emulated, as on a virtual machine or over a remote desktop, WebGL takes tens of milliseconds a tile, and half a second to two to begin,
 * for which the page would stand still: a worker asks which it is, once a day.
 */
export async function pictureDrawer(): Promise<DrawerType[]> {
  return (await hasHardware) ? ["webgl", "canvas"] : ["canvas"];
}

/** Asked for with the page's own code: it is known once the page has found out what to show. */
const hasHardware = typeof Worker === "undefined" || isKnownEmulated() ? Promise.resolve(false) : askWorker();

function isKnownEmulated(): boolean {
  try {
    return Date.now() - Number(window.localStorage.getItem(KNOWN_AS)) < KNOWN_FOR_MS;
  } catch {
    return false;
  }
}

function noteEmulated(): void {
  try {
    window.localStorage.setItem(KNOWN_AS, String(Date.now()));
  } catch {
    // Where nothing may be stored it is asked each time.
  }
}

function askWorker(): Promise<boolean> {
  const worker = new Worker(new URL("./graphics-worker.ts", import.meta.url), { type: "module" });
  return new Promise<boolean>((resolve) => {
    const timer = setTimeout(() => answer(false), LONGEST_MS);
    const answer = (has: boolean): void => {
      clearTimeout(timer);
      worker.terminate();
      if (!has) noteEmulated();
      resolve(has);
    };
    worker.addEventListener("message", ({ data }: MessageEvent<unknown>) => answer(data === true));
    worker.addEventListener("error", () => answer(false));
  });
}
