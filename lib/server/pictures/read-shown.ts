import { createHash } from "node:crypto";
import { formatShownBands, type ShownBand } from "#lib/core/display/shown-bands.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { IIIF_FORMATS } from "#lib/core/iiif/image-request.ts";
import { renderShown, type TileFormat } from "#lib/imaging/samples/render-shown.ts";
import { recentAnswer } from "../access/recent-answers.ts";
import { storedSamples } from "../images/stored-samples.ts";
import type { Picture, PictureRequest } from "./picture.ts";
import type { TileAddress } from "./read-picture.ts";
import { shownImage } from "./shown-image.ts";

/**
 * A deep-zoom tile in a look of its own, made from the bands as they were measured. Throws `not-found` where there is no such tile, where
 * the page has no bands, and where the image is blocked or not ready.
 */
export async function readShownTile(
  request: PictureRequest,
  address: TileAddress<TileFormat>,
  show: readonly ShownBand[],
): Promise<Picture> {
  const { level, x, page, tile } = address;
  const { sha256 } = await shownImage(address.imageId);
  const samples = await recentAnswer(`samples ${sha256} ${page}`, () => storedSamples(sha256, page));
  const size = samples?.tileSize(level, x, tile.y);
  if (!samples || !size) throw new TesseraError("not-found", "the image has no such tile whose look can be chosen");
  const look = createHash("sha256").update(formatShownBands(show)).digest("base64url").slice(0, 22);
  return {
    mediaType: IIIF_FORMATS[tile.format],
    etag: `"${samples.fingerprint}-${level}-${x}-${tile.y}-${tile.format}-${look}"`,
    byteLength: null,
    read: () => renderShown(samples, { level, x, y: tile.y, size }, show, tile.format, request.signal),
  };
}
