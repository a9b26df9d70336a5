import type { PoolClient } from "pg";
import { modelsOfTiles, seenTiles, tilesWithout } from "#db/queries/report-tiles.ts";
import type { RunRow } from "#db/queries/runs.ts";
import { countSkipped } from "#db/queries/tile-counts.ts";
import { signedArea } from "#lib/core/geometry/shape.ts";
import type { ReportFacts } from "#lib/core/report/report-facts.ts";
import { BACKGROUND_REASONS } from "#lib/core/tiling/background.ts";
import { coveredArea } from "#lib/core/tiling/covered-area.ts";

const BACKGROUND = Object.values(BACKGROUND_REASONS);
const MISSING_LISTED = 40;

/** What of the pages was looked at, by which models, and which tiles are missing. */
export async function readReportTiles(
  client: PoolClient,
  run: RunRow,
  pages: readonly { width: number; height: number }[],
): Promise<ReportFacts["tiles"]> {
  const seen = Map.groupBy(await seenTiles(client, run.id, BACKGROUND), ({ page }) => page);
  const { missing, count } = await tilesWithout(client, run.id, { meant: BACKGROUND, most: MISSING_LISTED });
  const wantedPx = wantedPixels(run, pages);
  const covered = [...seen.values()].reduce((sum, tiles) => sum + coveredArea(tiles), 0);
  return {
    background: await countSkipped(client, run.id, BACKGROUND),
    // Tiles reach beyond a region.
    seenPx: Math.min(covered, wantedPx),
    wantedPx,
    models: await modelsOfTiles(client, run.id),
    missing,
    missingCount: count,
  };
}

function wantedPixels({ configuration }: RunRow, pages: readonly { width: number; height: number }[]): number {
  const { region } = configuration;
  const areaOf = (page: number): number => (pages[page]?.width ?? 0) * (pages[page]?.height ?? 0);
  if (region === null) return configuration.pages.reduce((sum, page) => sum + areaOf(page), 0);
  const [outer = 0, ...holes] = region.coordinates.map((ring) => Math.abs(signedArea(ring)));
  const inside = holes.reduce((rest, hole) => rest - hole, outer);
  return configuration.pages.reduce((sum, page) => sum + Math.min(inside, areaOf(page)), 0);
}
