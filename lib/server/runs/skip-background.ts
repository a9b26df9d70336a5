import type { RunConfiguration } from "#lib/core/detection/run.ts";
import { backgroundOf, type PageOverview } from "#lib/core/tiling/background.ts";
import type { RunTile } from "#lib/core/tiling/plan-run.ts";
import type { RegionReader } from "#lib/imaging/types.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";

/** The longer side in pixels of the level that is looked at, at most: 50 MB of a square page while a run is planned. */
const MAX_SIDE = 4096;

/** Tiles of a plan that hold nothing, by index, with the reason; none where the run looks at everything. */
export async function backgroundTiles(
  configuration: RunConfiguration,
  image: { sha256: string },
  tiles: readonly RunTile[],
): Promise<ReadonlyMap<number, string>> {
  const skipped = new Map<number, string>();
  if (configuration.skipBackground !== true) return skipped;
  for (const page of configuration.pages) {
    const reader = await pyramidReader(image, page);
    const overview = await readOverview(reader);
    for (const tile of tiles) {
      const reason = tile.page === page ? backgroundOf(overview, reader, tile) : null;
      if (reason !== null) skipped.set(tile.index, reason);
    }
  }
  return skipped;
}

/** A stored level as it is, so that nothing is scaled: the same picture gives the same plan. */
async function readOverview(reader: RegionReader): Promise<PageOverview> {
  let [width, height] = [reader.width, reader.height];
  while (Math.max(width, height) > MAX_SIDE) {
    width = Math.ceil(width / 2);
    height = Math.ceil(height / 2);
  }
  return reader.read({ x: 0, y: 0, width: reader.width, height: reader.height }, { width, height });
}
