import type { Region, Tile } from "#lib/core/detection/run.ts";
import type { Rectangle } from "#lib/core/geometry/region.ts";

type Point = { x: number; y: number };

/** The rectangle that has two points (level-0 pixels) as opposite corners. */
export function between(a: Point, b: Point): Rectangle {
  return { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y), width: Math.abs(a.x - b.x), height: Math.abs(a.y - b.y) };
}

/** The smallest rectangle that holds two. */
export function around(a: Rectangle, b: Rectangle): Rectangle {
  return between(
    { x: Math.min(a.x, b.x), y: Math.min(a.y, b.y) },
    { x: Math.max(a.x + a.width, b.x + b.width), y: Math.max(a.y + a.height, b.y + b.height) },
  );
}

/** Tiles of a page that share area with a region, as the server picks them; the look at the whole picture is not meant. */
export function tilesIn(places: readonly Tile[], page: number, region: Rectangle): Tile[] {
  return places.filter(
    (place) =>
      place.page === page &&
      !place.wholePicture &&
      place.x < region.x + region.width &&
      place.y < region.y + region.height &&
      place.x + place.width > region.x &&
      place.y + place.height > region.y,
  );
}

/** A rectangle as a GeoJSON polygon. */
export function polygonOf({ x, y, width, height }: Rectangle): Region {
  const [right, bottom] = [x + width, y + height];
  return {
    type: "Polygon",
    coordinates: [
      [
        [x, y],
        [right, y],
        [right, bottom],
        [x, bottom],
        [x, y],
      ],
    ],
  };
}
