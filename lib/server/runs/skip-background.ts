import type { RunConfiguration } from "#lib/core/detection/run.ts";
import { BACKGROUND_REASONS, backgroundOf, SKIP_RULES } from "#lib/core/tiling/background.ts";
import type { RunTile } from "#lib/core/tiling/plan-run.ts";
import { pageOverview } from "../images/page-overview.ts";
import { pyramidReader } from "../images/pyramid-reader.ts";

/** The longer side in pixels of the level that is looked at, at most: 50 MB of a square page while a run is planned. */
const MAX_SIDE = 4096;

/** Tiles of a plan that hold nothing by the rules of the run, by index, with the reason; none where it looks at everything. */
export async function backgroundTiles(
  configuration: RunConfiguration,
  image: { sha256: string },
  tiles: readonly RunTile[],
): Promise<ReadonlyMap<number, string>> {
  const skipped = new Map<number, string>();
  if (configuration.skipBackground !== true) return skipped;
  const rules = configuration.skipRules ?? SKIP_RULES;
  for (const page of configuration.pages) {
    const reader = await pyramidReader(image, page);
    const overview = await pageOverview(reader, MAX_SIDE);
    for (const tile of tiles) {
      const rule = tile.page === page ? backgroundOf(overview, reader, tile) : null;
      if (rule !== null && rules.includes(rule)) skipped.set(tile.index, BACKGROUND_REASONS[rule]);
    }
  }
  return skipped;
}
