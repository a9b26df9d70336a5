import type { PoolClient } from "pg";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { countWithin, type ZoneRow, zonesOf } from "#db/queries/report-zones.ts";
import { type Position, polygonsOf, ringOfBox, signedArea } from "#lib/core/geometry/shape.ts";
import type { ClassFacts, ReportFacts, ZoneFacts } from "#lib/core/report/report-facts.ts";

const MOST_ZONES = 40;
/** A zone is at least so many times as long as a usual finding: what is smaller is no place where findings lie. */
const LEAST_TIMES = 4;

/** Drawn and imported areas under other names than the findings have, and what lies in each. */
export async function readZones(
  client: PoolClient,
  filter: FindingConditions,
  { pages, classes }: { pages: readonly number[]; classes: readonly ClassFacts[] },
): Promise<Pick<ReportFacts, "zones" | "zonesLeftOut">> {
  const usual = Math.max(0, ...classes.map(({ sidePx }) => sidePx?.p50 ?? 0));
  const labels = classes.map(({ label }) => label);
  const found = await zonesOf(client, filter.imageId, {
    ...{ pages, labels, leastSide: usual * LEAST_TIMES, most: MOST_ZONES },
  });
  const zones: ZoneFacts[] = [];
  for (const zone of found.zones) zones.push(await readZone(client, filter, zone));
  return { zones, zonesLeftOut: found.count - zones.length };
}

async function readZone(client: PoolClient, filter: FindingConditions, zone: ZoneRow): Promise<ZoneFacts> {
  const { id, label, page, source } = zone;
  const box = [zone.x, zone.y, zone.width, zone.height] as const;
  const polygons: Position[][][] = zone.geometry ? polygonsOf(zone.geometry) : [[ringOfBox(box)]];
  const areaPx = polygons.reduce((sum, [outer = [], ...holes]) => {
    const open = holes.reduce((inner, hole) => inner + Math.abs(signedArea(hole)), 0);
    return sum + Math.abs(signedArea(outer)) - open;
  }, 0);
  // A filter of a page that the zone is not on finds nothing there.
  const isHere = filter.page === undefined || filter.page === page;
  const counts = isHere ? await countWithin(client, { ...filter, page, bbox: box }, polygons.flat()) : [];
  return { id, label, page, source, areaPx, counts };
}
