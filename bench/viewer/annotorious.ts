import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import type { Page } from "@playwright/test";

const { resolve } = createRequire(import.meta.url);
const PATH = "/bench-annotorious";

/** The script of a package as a page loads it by a tag. */
async function script(name: string, file: string): Promise<string> {
  const root = join("node_modules", name);
  const main = resolve(name);
  return readFile(join(main.slice(0, main.lastIndexOf(join(root, "/")) + root.length), file), "utf8");
}

/**
 * Opens a page that shows the same picture by the same library with Annotorious over it, as its manual says, and gives it the same boxes.
 * Resolves to the milliseconds until it has taken them in; null where it has not after `mostMs`.
 */
export async function openAnnotorious(
  page: Page,
  origin: string,
  image: { id: string; width: number; height: number; levels: number; format: string },
  place: { x: number; y: number; width: number; height: number },
  boxes: Float32Array,
  mostMs: number,
): Promise<number | null> {
  const [viewer, annotorious, style] = await Promise.all([
    script("openseadragon", "build/openseadragon/openseadragon.min.js"),
    script("@annotorious/openseadragon", "dist/annotorious-openseadragon.js"),
    script("@annotorious/openseadragon", "dist/annotorious-openseadragon.css"),
  ]);
  const answers: Record<string, { body: string; contentType: string }> = {
    "": { body: html(image, place), contentType: "text/html" },
    "/viewer.js": { body: viewer, contentType: "text/javascript" },
    "/annotorious.js": { body: annotorious, contentType: "text/javascript" },
    "/annotorious.css": { body: style, contentType: "text/css" },
  };
  await page.route(`${origin}${PATH}**`, (route) => {
    const answer = answers[new URL(route.request().url()).pathname.slice(PATH.length)];
    return answer ? route.fulfill(answer) : route.fulfill({ status: 404 });
  });
  await page.goto(`${origin}${PATH}`);
  await page.waitForFunction(() => Reflect.get(window, "isOpen") === true);
  const taking = page.evaluate(
    async (text) => {
      const octets = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
      const places = new Float32Array(octets.buffer);
      const annotations = Array.from({ length: places.length / 4 }, (_, at) => {
        const [x = 0, y = 0, w = 0, h = 0] = places.subarray(at * 4, at * 4 + 4);
        const bounds = { minX: x, minY: y, maxX: x + w, maxY: y + h };
        const id = `box-${at}`;
        return {
          id,
          bodies: [],
          target: { annotation: id, selector: { type: "RECTANGLE", geometry: { x, y, w, h, bounds } } },
        };
      });
      const began = performance.now();
      const annotator: { setAnnotations(all: unknown, replace: boolean): unknown } = Reflect.get(window, "annotator");
      await annotator.setAnnotations(annotations, true);
      await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
      return performance.now() - began;
    },
    Buffer.from(boxes.buffer, boxes.byteOffset, boxes.byteLength).toString("base64"),
  );
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<null>((resolveNone) => {
    timer = setTimeout(() => resolveNone(null), mostMs);
  });
  const taken = await Promise.race([taking.catch(() => null), tooLong]);
  clearTimeout(timer);
  return taken;
}

type Opened = Parameters<typeof openAnnotorious>;

function html({ id, width, height, levels, format }: Opened[2], place: Opened[3]): string {
  const box = `left:${place.x}px;top:${place.y}px;width:${place.width}px;height:${place.height}px`;
  return `<!doctype html><link rel="stylesheet" href="${PATH}/annotorious.css"><style>#viewer{position:absolute;${box}}</style>
<div id="viewer"></div><script src="${PATH}/viewer.js"></script><script src="${PATH}/annotorious.js"></script><script>
const viewer = OpenSeadragon({ id: "viewer", showNavigationControl: false, drawer: ["webgl", "canvas"], maxZoomPixelRatio: 16,
  gestureSettingsMouse: { clickToZoom: false }, showNavigator: true, navigatorDrawer: "canvas", tileSources: { width: ${width}, height: ${height}, tileSize: 512, minLevel: 0, maxLevel: ${levels - 1},
  getTileUrl: (level, x, y) => "/api/v1/images/${id}/tiles/" + (${levels - 1} - level) + "/" + x + "/" + y + ".${format}" } });
viewer.addHandler("open", () => { window.viewer = viewer; window.annotator = AnnotoriousOSD.createOSDAnnotator(viewer, { drawingEnabled: false }); window.isOpen = true; });
</script>`;
}
