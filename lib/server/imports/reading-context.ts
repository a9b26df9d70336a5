import type { ImageRow } from "#db/queries/images.ts";
import type { FormatContext } from "#lib/core/formats/format.ts";
import { ownCrs } from "#lib/core/formats/own-crs.ts";
import { fromLonLat, toLonLat } from "#lib/imaging/georeference.ts";

/** What a file of findings that is read says its places of: the image, on the ground where it has a place there. */
export function readingContext(image: ImageRow, classes: readonly string[]): FormatContext {
  return {
    image: { id: image.id, name: image.name, pages: image.pages },
    classes,
    space: "ground",
    polygons: false,
    toLonLat: toLonLat(image.scale),
    fromLonLat: fromLonLat(image.scale, image.pages[0]),
    own: ownCrs(image.scale),
  };
}
