import { pool } from "#db/client.ts";
import { type CommentRow, insertComment, listComments, listFindingEvents } from "#db/queries/findings-talk.ts";
import type { FindingComment, HistoryEntry } from "#lib/core/api/findings.ts";
import { TesseraError } from "#lib/core/errors.ts";
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

/**
 * Adds a remark; one that is sent again under its id is answered as it stands. A finding that was remarked on outlives every merge.
 * Throws `not-found`, and `conflict` where the id is another's.
 */
export async function addComment(
  findingId: string,
  comment: { id?: string | undefined; text: string },
  actor: string,
): Promise<FindingComment> {
  await requireFinding(findingId);
  const id = comment.id ?? uuidv7();
  const added = await insertComment(pool(), { id, findingId, actor, text: comment.text });
  if (added) return present(added);
  const same = (await listComments(pool(), findingId)).find((each) => each.id === id && each.actor === actor);
  if (!same)
    throw new TesseraError("conflict", "the id is taken by another remark", { remedy: "send it without an id" });
  return present(same);
}

/** What happened to a finding, oldest first. Throws `not-found`. */
export async function readHistory(findingId: string): Promise<HistoryEntry[]> {
  await requireFinding(findingId);
  const events = await listFindingEvents(pool(), findingId);
  return events.map((event) => ({ ...event, createdAt: event.createdAt.toISOString() }));
}
