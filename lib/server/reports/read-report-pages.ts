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
  for (const { page } of listed.slice(0, MOST_PAGES)) {
    const size = sizes[page];
    if (size) pages.push(await readFindingsIn(client, filter, { page, region: [0, 0, size.width, size.height] }));
  }
  return { pages, pagesLeftOut: Math.max(0, listed.length - MOST_PAGES) };
}

/** The findings that touch a part of a page, as if it were a page of its own. */
export async function readFindingsIn(
  client: PoolClient,
  filter: FindingConditions,
  { page, region }: { page: number; region: readonly [x: number, y: number, width: number, height: number] },
): Promise<PageFacts> {
  const [left, top, width, height] = region;
  const within = { ...filter, page, bbox: region };
  const [{ count } = { count: 0 }] = await reportPages(client, within);
  const base = { page, count, width, height };
  if (count <= MOST_BOXES) {
    const rows = await reportBoxes(client, within);
    const boxes = rows.map(({ label, ...box }) => ({
      label,
      box: [box.x - left, box.y - top, box.width, box.height] as const,
    }));
    return { ...base, boxes, cells: null };
  }
  const side = niceStep(Math.max(width, height) / CELLS);
  return { ...base, boxes: null, cells: { side, counts: await reportCells(client, within, { side, left, top }) } };
}
