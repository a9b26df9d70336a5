import type { Image } from "#lib/core/detection/image.ts";
import { maskAddress } from "../../api/images.ts";
import type { View } from "../camera.ts";
import { type Screen, toScreen } from "./to-screen.ts";

/** Lays over the picture where it holds something, such as tissue. A page's mask is fetched when it is first drawn. */
export function createMaskLayer(redraw: () => void) {
  let shown: { address: string; picture: HTMLImageElement } | null = null;

  return {
    draw(context: CanvasRenderingContext2D, view: View, screen: Screen, image: Image, page: number): void {
      const address = maskAddress(image.id, page);
      if (shown?.address !== address) {
        const picture = document.createElement("img");
        picture.onload = redraw;
        picture.src = address;
        shown = { address, picture };
      }
      const { picture } = shown;
      const size = image.pageSizes[page];
      if (!size || !picture.complete || picture.naturalWidth === 0) return;
      context.imageSmoothingEnabled = false;
      context.drawImage(picture, ...toScreen(view, screen, 0, 0, size.width, size.height));
    },
  };
}
