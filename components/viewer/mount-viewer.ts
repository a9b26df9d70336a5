import type OpenSeadragon from "openseadragon";
import type { Image } from "#lib/core/detection/image.ts";
import type { Rectangle } from "../workspace/workspace-state.ts";
import type { Camera, View } from "./camera.ts";
import { pictureDrawer } from "./drawer.ts";
import { flightTo, framing } from "./flight.ts";
import { spanOf, type Turn } from "./layers/to-screen.ts";
import { tileSource } from "./tile-source.ts";

export type MountedViewer = {
  osd: OpenSeadragon.Viewer;
  camera: Camera;
  /** Level-0 pixel under a point of the viewer's element. */
  toImage: (screenX: number, screenY: number) => [number, number];
  /** Where on the viewer's element a click was: of a flipped picture, the library tells it mirrored. */
  clickedAt: (position: { x: number; y: number }) => { x: number; y: number };
};

/** Asked for with the page's own code: it is there once the page has found out what to show. The library needs a document. */
const early = typeof document === "undefined" ? null : import("openseadragon").catch(() => null);

/** Builds the deep-zoom viewer of a page of an image, 0-based, in `element`, in the look that `show` asks for. Browser only. */
export async function mountViewer(
  element: HTMLElement,
  image: Image,
  page: number,
  show: string,
  start: { view: View | null; turn: Turn },
  signal: AbortSignal,
): Promise<MountedViewer | null> {
  const { default: Seadragon } = (await early) ?? (await import("openseadragon"));
  const drawer = await pictureDrawer();
  if (signal.aborted) return null;
  const width = image.width ?? 1;
  const osd = Seadragon({
    element,
    tileSources: tileSource(image, page, show),
    drawer,
    showNavigationControl: false,
    showNavigator: true,
    navigatorPosition: "BOTTOM_RIGHT",
    navigatorSizeRatio: 0.16,
    navigatorMaintainSizeRatio: true,
    navigatorDrawer: "canvas",
    navigatorAutoFade: false,
    navigatorBackground: "rgb(0 0 0 / 0.5)",
    navigatorBorderColor: "rgb(255 255 255 / 0.35)",
    navigatorDisplayRegionColor: "rgb(94 214 220)",
    keyboardNavEnabled: false,
    animationTime: 0.35,
    springStiffness: 9,
    blendTime: 0.08,
    maxZoomPixelRatio: 16,
    minZoomImageRatio: 0.6,
    visibilityRatio: 0.4,
    zoomPerScroll: 1.25,
    imageLoaderLimit: 8,
    timeout: 60_000,
    tileRetryMax: 2,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsPen: { clickToZoom: false, dblClickToZoom: true },
  });
  const { viewport } = osd;

  const view = (): View => {
    const centre = viewport.getCenter(true);
    return { x: centre.x * width, y: centre.y * width, zoom: scaleOf(viewport.getZoom(true)) };
  };
  const scaleOf = (zoom: number): number => (zoom * viewport.getContainerSize().x) / width;
  const zoomOf = (scale: number): number => (scale * width) / viewport.getContainerSize().x;
  const go = (to: View, immediately: boolean): void => {
    viewport.zoomTo(zoomOf(to.zoom), undefined, immediately);
    viewport.panTo(new Seadragon.Point(to.x / width, to.y / width), immediately);
  };
  const turn = (): Turn => ({ degrees: viewport.getRotation(true), flipped: viewport.getFlip() });
  const mirrored = (x: number): number => (viewport.getFlip() ? viewport.getContainerSize().x - x : x);
  const visible = (): Rectangle => {
    const { x, y, zoom } = view();
    const container = viewport.getContainerSize();
    const span = spanOf({ width: container.x, height: container.y }, turn());
    const size = { x: span.width, y: span.height };
    return [x - size.x / zoom / 2, y - size.y / zoom / 2, size.x / zoom, size.y / zoom];
  };

  // Until somebody moves it, the whole picture stays in view, also when panels and strips come and go around it.
  let moved = start.view !== null;
  const touch = (): void => {
    moved = true;
  };
  osd.addHandler("open", () => {
    if (start.turn.degrees !== 0) viewport.setRotation(start.turn.degrees, true);
    if (start.turn.flipped) viewport.setFlip(true);
    if (start.view) go(start.view, true);
  });
  osd.addHandler("canvas-drag", touch);
  osd.addHandler("canvas-scroll", touch);
  osd.addHandler("canvas-pinch", touch);
  osd.addHandler("canvas-double-click", touch);
  osd.addHandler("navigator-click", touch);
  osd.addHandler("navigator-drag", touch);
  osd.addHandler("after-resize", () => {
    if (!moved) viewport.goHome(true);
  });

  return {
    osd,
    toImage: (screenX, screenY) => {
      const point = viewport.pointFromPixel(new Seadragon.Point(mirrored(screenX), screenY), true);
      return [point.x * width, point.y * width];
    },
    clickedAt: ({ x, y }) => ({ x: mirrored(x), y }),
    camera: {
      view,
      turn,
      toScreen(x, y) {
        const { x: left, y: top } = viewport.pixelFromPoint(new Seadragon.Point(x / width, y / width), true);
        return [mirrored(left), top];
      },
      visible,
      rotateBy: (degrees) => viewport.setRotation(viewport.getRotation() + degrees),
      flip: () => viewport.toggleFlip(),
      zoomTo(zoom) {
        touch();
        go({ ...view(), zoom }, false);
      },
      flyTo(box) {
        const size = viewport.getContainerSize();
        const to = flightTo(box, view(), { width: size.x, height: size.y });
        if (!to) return;
        touch();
        go(to, false);
      },
      show({ view: to, turn: turned }) {
        touch();
        if (viewport.getRotation() !== turned.degrees) viewport.setRotation(turned.degrees, true);
        if (viewport.getFlip() !== turned.flipped) viewport.setFlip(turned.flipped);
        go(to, true);
      },
      frame(box) {
        const size = viewport.getContainerSize();
        touch();
        go(framing(box, { width: size.x, height: size.y }), false);
      },
      zoomBy(factor) {
        touch();
        viewport.zoomBy(factor).applyConstraints();
      },
      panBy(dx, dy) {
        touch();
        const { degrees, flipped } = turn();
        const delta = viewport.deltaPointsFromPixels(new Seadragon.Point(flipped ? -dx : dx, dy));
        viewport.panBy(delta.rotate(-degrees)).applyConstraints();
      },
      fit() {
        moved = false;
        viewport.goHome();
      },
      oneToOne() {
        touch();
        go({ ...view(), zoom: 1 / window.devicePixelRatio }, false);
      },
      toggleFullScreen() {
        // The whole document: menus and dialogs hang from its body and would not show over a part of it.
        if (document.fullscreenElement) void document.exitFullscreen();
        else void document.documentElement.requestFullscreen();
      },
    },
  };
}
