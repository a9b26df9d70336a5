import proj4 from "proj4";
import type { ImageScale } from "#lib/core/detection/image.ts";
import { greatCircleMetres } from "#lib/core/geometry/great-circle.ts";
import { groundPosition } from "#lib/core/geometry/ground-position.ts";

/** Where a pixel lies in the world, and how large it is there. */
export type Ground = {
  metresPerPixel: number | null;
  /** Says where a level-0 pixel is, in the picture's own terms; null where that is not known. */
  locate: (x: number, y: number) => string | null;
};

/** Reads a picture's scale. A CRS that isn't known shows its own coordinates instead of longitude and latitude. */
export function groundOf(scale: ImageScale | null, width: number, height: number): Ground {
  if (scale === null) return { metresPerPixel: null, locate: () => null };
  if ("micronsPerPixel" in scale) {
    const micron = scale.micronsPerPixel;
    return {
      metresPerPixel: micron * 1e-6,
      locate: (x, y) => `${(x * micron).toFixed(1)}, ${(y * micron).toFixed(1)} µm`,
    };
  }
  const place = (x: number, y: number): [number, number] => groundPosition(scale, x, y);
  const toLonLat = converter(scale.crs);
  if (!toLonLat) {
    return {
      metresPerPixel: null,
      locate: (x, y) =>
        place(x, y)
          .map((value) => value.toFixed(2))
          .join(", "),
    };
  }
  const lonLat = (x: number, y: number): [number, number] => toLonLat(place(x, y));
  const span = greatCircleMetres(lonLat(width / 2, height / 2), lonLat(width / 2 + 1, height / 2));
  return {
    metresPerPixel: Number.isFinite(span) && span > 0 ? span : null,
    locate(x, y) {
      const [stated, lat] = lonLat(x, y);
      if (!Number.isFinite(stated) || !Number.isFinite(lat)) return null;
      // A picture in degrees may go on beyond 180°.
      const lon = Math.abs(stated) <= 180 ? stated : stated - 360 * Math.round(stated / 360);
      return `${Math.abs(lat).toFixed(5)}° ${lat < 0 ? "S" : "N"}, ${Math.abs(lon).toFixed(5)}° ${lon < 0 ? "W" : "E"}`;
    },
  };
}

function converter(crs: string): ((from: [number, number]) => [number, number]) | null {
  try {
    const forward = proj4(crs, "EPSG:4326");
    return (from) => {
      const [lon, lat] = forward.forward(from);
      return [lon, lat];
    };
  } catch {
    return null;
  }
}
