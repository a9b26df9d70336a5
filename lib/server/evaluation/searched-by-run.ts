import type { RunConfiguration } from "#lib/core/detection/run.ts";
import type { Compared } from "#lib/core/evaluation/evaluate.ts";
import { regionTest } from "#lib/core/geometry/region.ts";

/** Tells whether a run was asked for the place of an object: its page, and where the run had a region, its centre in it. */
export function searchedByRun({
  pages,
  region,
}: Pick<RunConfiguration, "pages" | "region">): (object: Compared) => boolean {
  const isInside = region ? regionTest(region) : () => true;
  return ({ page, box: [x, y, width, height] }) =>
    pages.includes(page) && isInside({ x: x + width / 2, y: y + height / 2, width: 0, height: 0 });
}
