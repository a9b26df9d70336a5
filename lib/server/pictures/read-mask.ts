import sharp from "sharp";
import { contentMask } from "#lib/core/tiling/background.ts";
import { throughGate } from "#lib/imaging/decoding/gate.ts";
import { pageOverview } from "../images/page-overview.ts";
import type { Picture, PictureRequest } from "./picture.ts";
import { shownImage, shownPyramid } from "./shown-image.ts";

/** The longer side in pixels of the level that a mask is made of; it has a quarter of that. */
const MAX_SIDE = 2048;
/** Red, green, blue and opacity of what holds something. */
const CONTENT = [94, 214, 220, 115] as const;

/**
 * Where a page holds something, such as tissue, as a small picture to lay over it: coloured there, transparent elsewhere. Throws
 * `not-found` where the image is blocked or not ready.
 */
export async function readMask(request: PictureRequest, address: { imageId: string; page: number }): Promise<Picture> {
  const { sha256 } = await shownImage(address.imageId);
  const { reader } = await shownPyramid(address.imageId, address.page);
  return {
    mediaType: "image/png",
    etag: `"${sha256.slice(0, 32)}-mask-${address.page}"`,
    byteLength: null,
    read: () =>
      throughGate(
        "render",
        async () => {
          const { data, width, height } = contentMask(await pageOverview(reader, MAX_SIDE));
          const pixels = Buffer.alloc(data.length * CONTENT.length);
          for (const [cell, holds] of data.entries()) if (holds === 1) pixels.set(CONTENT, cell * CONTENT.length);
          return sharp(pixels, { raw: { width, height, channels: 4 } })
            .png()
            .toBuffer();
        },
        request.signal,
      ),
  };
}
