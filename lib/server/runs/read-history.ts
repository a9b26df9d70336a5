import { pool } from "#db/client.ts";
import { formatPosition, parsePosition, readRunHistory } from "#db/queries/outbox.ts";
import { requireRun } from "./read-run.ts";

type HistoryItem = { at: string; event: unknown };

/** What happened to a run, in order, without findings; `cursor` is the last event seen. Throws `not-found`. */
export async function readHistoryOfRun(
  runId: string,
  page: { cursor?: string | undefined; limit: number },
): Promise<{ items: HistoryItem[]; nextCursor: string | null }> {
  await requireRun(runId);
  const after = page.cursor === undefined ? null : parsePosition(page.cursor);
  const rows = await readRunHistory(pool(), runId, after ?? { xid: 0n, id: 0n }, page.limit + 1);
  const items = rows.slice(0, page.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ at, event }) => ({ at: at.toISOString(), event })),
    nextCursor: last && rows.length > page.limit ? formatPosition(last.position) : null,
  };
}
