import { pageOf } from "#lib/core/api/params.ts";
import { type RunText, type RunTextHit, runTextSchema, textHitSchema } from "#lib/core/api/text.ts";
import { query, sendJson } from "./http.ts";

const hitsPage = pageOf(textHitSchema);

/** The text of a page of a run in the order of reading. */
export const readRunText = (runId: string, page: number, signal: AbortSignal): Promise<RunText> =>
  sendJson(runTextSchema, `/api/v1/runs/${runId}/text${query({ page })}`, { signal });

/** The first places of a run where a text stands; `more`: there are others. */
export async function searchRunText(
  runId: string,
  q: string,
  signal: AbortSignal,
): Promise<{ hits: RunTextHit[]; more: boolean }> {
  const { items, nextCursor } = await sendJson(
    hitsPage,
    `/api/v1/runs/${runId}/text/search${query({ q, limit: 200 })}`,
    { signal },
  );
  return { hits: items, more: nextCursor !== null };
}
