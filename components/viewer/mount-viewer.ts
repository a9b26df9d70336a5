import type OpenSeadragon from "openseadragon";
import type { Image } from "#lib/core/detection/image.ts";
import type { Rectangle } from "../workspace/workspace-state.ts";
import type { Camera, View } from "./camera.ts";
import { flightTo } from "./flight.ts";
import { tileSource } from "./tile-source.ts";

export type MountedViewer = {
  osd: OpenSeadragon.Viewer;
  camera: Camera;
  /** Level-0 pixel under a point of the viewer's element. */
  toImage: (screenX: number, screenY: number) => [number, number];
};

/** Builds the deep-zoom viewer of a page of an image, 0-based, in `element`, in the look that `show` asks for. Browser only: the library needs a document. */
export async function mountViewer(
  element: HTMLElement,
  image: Image,
  page: number,
  show: string,
  start: View | null,
  signal: AbortSignal,
): Promise<MountedViewer | null> {
  const { default: Seadragon } = await import("openseadragon");
  if (signal.aborted) return null;
  const width = image.width ?? 1;
  const osd = Seadragon({
    element,
    tileSources: tileSource(image, page, show),
    drawer: ["webgl", "canvas"],
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
  const visible = (): Rectangle => {
    const { x, y, zoom } = view();
    const size = viewport.getContainerSize();
    return [x - size.x / zoom / 2, y - size.y / zoom / 2, size.x / zoom, size.y / zoom];
  };

  // Until somebody moves it, the whole picture stays in view, also when panels and strips come and go around it.
  let moved = start !== null;
  const touch = (): void => {
    moved = true;
  };
  osd.addHandler("open", () => {
    if (start) go(start, true);
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
      const point = viewport.pointFromPixel(new Seadragon.Point(screenX, screenY), true);
      return [point.x * width, point.y * width];
    },
    camera: {
      view,
      visible,
      flyTo(box) {
        const size = viewport.getContainerSize();
        const to = flightTo(box, view(), { width: size.x, height: size.y });
        if (!to) return;
        touch();
        go(to, false);
      },
      zoomBy(factor) {
        touch();
        viewport.zoomBy(factor).applyConstraints();
      },
      panBy(dx, dy) {
        touch();
        viewport.panBy(viewport.deltaPointsFromPixels(new Seadragon.Point(dx, dy))).applyConstraints();
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
