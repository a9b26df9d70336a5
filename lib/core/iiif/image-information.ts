import { pyramidLevels, VIEWER_TILE } from "../tiling/pyramid-levels.ts";
import { MAX_AREA } from "./image-request.ts";

export const IIIF_CONTEXT = "http://iiif.io/api/image/3/context.json";
export const IIIF_PROFILE = "http://iiif.io/api/image/3/level2.json";

/**
 * The information document of a page (IIIF Image API 3.0, section 5). `id` is its address without `/info.json`. Sizes and tiles are
 * those of the pyramid: they are served as they are stored.
 */
export function imageInformation(options: {
  id: string;
  width: number;
  height: number;
  /** How the tiles are stored. */
  tileFormat: "jpg" | "webp";
}): Record<string, unknown> {
  const { id, width, height, tileFormat } = options;
  const levels = pyramidLevels(width, height);
  const sizes = levels.filter((level) => level.width * level.height <= MAX_AREA).reverse();
  return {
    "@context": IIIF_CONTEXT,
    id,
    type: "ImageService3",
    protocol: "http://iiif.io/api/image",
    profile: "level2",
    width,
    height,
    maxArea: MAX_AREA,
    sizes,
    tiles: [{ width: VIEWER_TILE, height: VIEWER_TILE, scaleFactors: levels.map((_, level) => 2 ** level) }],
    preferredFormats: [tileFormat],
    extraFormats: ["webp", "gif", "tif"],
    extraQualities: ["color", "gray", "bitonal"],
    extraFeatures: ["canonicalLinkHeader", "mirroring", "profileLinkHeader", "rotationArbitrary", "sizeUpscaling"],
  };
}
