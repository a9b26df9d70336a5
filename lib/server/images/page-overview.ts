import type { PageOverview } from "#lib/core/tiling/background.ts";
import type { RegionReader } from "#lib/imaging/types.ts";

/**
 * The largest stored level of a page of at most `maxSide` pixels a side, as it is: nothing is scaled, so that the same picture always
 * looks the same.
 */
export async function pageOverview(reader: RegionReader, maxSide: number): Promise<PageOverview> {
  let [width, height] = [reader.width, reader.height];
  while (Math.max(width, height) > maxSide) {
    width = Math.ceil(width / 2);
    height = Math.ceil(height / 2);
  }
  return reader.read({ x: 0, y: 0, width: reader.width, height: reader.height }, { width, height });
}
