import type { PoolClient } from "pg";
import type { FindingConditions } from "#db/queries/findings-filter.ts";
import { reportBoxes, reportCells, reportPages } from "#db/queries/report.ts";
import { niceStep } from "#lib/core/report/nice-steps.ts";
import type { PageFacts, ReportFacts } from "#lib/core/report/report-facts.ts";

/** So many pages are shown; up to so many findings of a page one by one, more as their density in so many cells a side. */
const MOST_PAGES = 6;
const MOST_BOXES = 2500;
const CELLS = 80;

/** The pages of a run with their findings: those with findings first of all, else the first one. */
export async function readReportPages(
  client: PoolClient,
  filter: FindingConditions,
  sizes: readonly { width: number; height: number }[],
  asked: readonly number[],
): Promise<Pick<ReportFacts, "pages" | "pagesLeftOut">> {
  const found = await reportPages(client, filter);
  const first = asked[0] ?? 0;
  const listed = found.length > 0 ? found : [{ page: first, count: 0 }];
  const pages: PageFacts[] = [];
  for (const { page, count } of listed.slice(0, MOST_PAGES)) {
    const size = sizes[page];
    if (size) pages.push(await readPage(client, { ...filter, page }, { page, count, ...size }));
  }
  return { pages, pagesLeftOut: Math.max(0, listed.length - MOST_PAGES) };
}

async function readPage(
  client: PoolClient,
  filter: FindingConditions,
  size: { page: number; count: number; width: number; height: number },
): Promise<PageFacts> {
  const { page, count, width, height } = size;
  const base = { page, count, width, height };
  if (count <= MOST_BOXES) {
    const rows = await reportBoxes(client, filter);
    const boxes = rows.map(({ label, ...box }) => {
      return { label, box: [box.x, box.y, box.width, box.height] as const };
    });
    return { ...base, boxes, cells: null };
  }
  const side = niceStep(Math.max(width, height) / CELLS);
  return { ...base, boxes: null, cells: { side, counts: await reportCells(client, filter, side) } };
}
