import { countFindings, listFindings } from "../api/findings.ts";
import type { FindingTable } from "./finding-table.ts";

/** Up to this many findings are all brought to the page; of more, the most certain and those in view. */
const WHOLE_LIMIT = 20_000;
const PAGE = 1000;

/**
 * Reads a snapshot of the findings of a page into the table, most certain first, and drops what the snapshot no longer holds. `onPage` is
 * told the number of all findings and whether they are all here. `isPending` keeps rows whose change is on its way.
 */
export async function loadFindings(options: {
  table: FindingTable;
  imageId: string;
  runId: string | null;
  page: number;
  isPending: (id: string) => boolean;
  onPage: (total: number, complete: boolean) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { table, imageId, runId, page: shown, signal } = options;
  // What came by event while the snapshot was on its way is not in it, and stays.
  const before = [...table.columns.ids];
  const total = await countFindings({ imageId, runId, page: shown, signal });
  const seen = new Set<string>();
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listFindings>> = await listFindings({
      imageId,
      runId,
      page: shown,
      cursor,
      limit: PAGE,
      signal,
    });
    if (signal.aborted) return;
    table.put(
      page.items.filter((finding) => !options.isPending(finding.id)),
      "snapshot",
    );
    for (const finding of page.items) seen.add(finding.id);
    cursor = page.nextCursor;
    if (cursor === null) table.retire(before.filter((id) => !seen.has(id) && !options.isPending(id)));
    options.onPage(Math.max(total, seen.size), cursor === null);
  } while (cursor !== null && seen.size < WHOLE_LIMIT);
}
