import type { Image } from "#lib/core/detection/image.ts";

const TILE_SIDE = 512;
/** Tiles in another format than they are stored in are made anew: this is for an image that does not say. */
const ANY_FORMAT = "jpg";

/**
 * What OpenSeadragon needs to ask for the tiles of a page, 0-based: our level 0 is full resolution, its highest level is. `show` asks for
 * another look than the first.
 */
export function tileSource(
  image: Pick<Image, "id" | "width" | "height" | "levels" | "pageSizes">,
  page = 0,
  show = "",
) {
  const size = image.pageSizes[page];
  const width = size?.width ?? image.width ?? 1;
  const height = size?.height ?? image.height ?? 1;
  const format = show === "" ? (size?.tileFormat ?? ANY_FORMAT) : ANY_FORMAT;
  const highest = (size?.levels || levelCount(width, height)) - 1;
  const parameters = [...(page > 0 ? [`page=${page}`] : []), ...(show === "" ? [] : [`show=${show}`])];
  const search = parameters.length > 0 ? `?${parameters.join("&")}` : "";
  return {
    width,
    height,
    tileSize: TILE_SIDE,
    tileOverlap: 0,
    minLevel: 0,
    maxLevel: highest,
    getTileUrl: (level: number, x: number, y: number): string =>
      `/api/v1/images/${image.id}/tiles/${highest - level}/${x}/${y}.${format}${search}`,
  };
}

/** A small picture of a page: the lowest level of its pyramid, where that is one tile; null where it is not. */
export function pagePicture(image: Pick<Image, "id" | "pageSizes">, page: number): string | null {
  const size = image.pageSizes[page];
  if (!size) return null;
  const lowest = (size.levels || levelCount(size.width, size.height)) - 1;
  if (Math.max(size.width, size.height) / 2 ** lowest > TILE_SIDE) return null;
  return `/api/v1/images/${image.id}/tiles/${lowest}/0/0.${size.tileFormat ?? ANY_FORMAT}?page=${page}`;
}

function levelCount(width: number, height: number): number {
  let levels = 1;
  for (let side = Math.max(width, height); side > TILE_SIDE; side = Math.ceil(side / 2)) levels += 1;
  return levels;
}
