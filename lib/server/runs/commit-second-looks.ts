import type { PoolClient } from "pg";
import { takeBackFindings } from "#db/queries/escalation.ts";
import { commitTiles, type FinishedTile } from "#db/queries/tiles.ts";
import { appendEvent } from "../events/outbox.ts";

/**
 * Commits tiles of which some were looked at again, in the caller's transaction: what those had said stands among the findings until then, and
 * is replaced at once. One answer for each, as of `commitTiles`.
 */
export async function commitSecondLooks(client: PoolClient, finished: readonly FinishedTile[]): Promise<boolean[]> {
  const committed = await commitTiles(client, finished);
  const replaced = finished.filter(({ isSecondLook }, position) => isSecondLook && committed[position]);
  for (const runId of new Set(replaced.map(({ hold }) => hold.runId))) {
    const own = replaced.filter(({ hold }) => hold.runId === runId);
    const indexes = own.map(({ hold }) => hold.index);
    const latest = own.flatMap(({ result }) => result.findings.map(({ id }) => id));
    const removed = await takeBackFindings(client, runId, indexes, latest);
    const [first] = own;
    if (!first || removed.length === 0) continue;
    const event = { kind: "findings" as const, added: [], removed, reset: false };
    await appendEvent(client, { imageId: first.imageId, runId, event });
  }
  return committed;
}
