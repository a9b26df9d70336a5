import { pool } from "#db/client.ts";
import { type CommentRow, insertComment, listComments, listFindingEvents } from "#db/queries/findings-talk.ts";
import type { FindingComment, HistoryEntry } from "#lib/core/api/findings.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { requireFinding } from "./read-findings.ts";

function present(row: CommentRow): FindingComment {
  return { ...row, createdAt: row.createdAt.toISOString() };
}

/** Remarks on a finding, oldest first. Throws `not-found`. */
export async function readComments(findingId: string): Promise<FindingComment[]> {
  await requireFinding(findingId);
  return (await listComments(pool(), findingId)).map(present);
}

/** Adds a remark. A finding that was remarked on outlives every merge. Throws `not-found`. */
export async function addComment(findingId: string, text: string, actor: string): Promise<FindingComment> {
  await requireFinding(findingId);
  return present(await insertComment(pool(), { id: uuidv7(), findingId, actor, text }));
}

/** What happened to a finding, oldest first. Throws `not-found`. */
export async function readHistory(findingId: string): Promise<HistoryEntry[]> {
  await requireFinding(findingId);
  const events = await listFindingEvents(pool(), findingId);
  return events.map((event) => ({ ...event, createdAt: event.createdAt.toISOString() }));
}
