import { getWorkflowMetadata, sleep } from "workflow";
import type { BatchTicket, RunTicket } from "#lib/core/checkpoint.ts";
import { analyzeBatch } from "./steps/analyze-batch.ts";
import { claimGroup } from "./steps/claim-group.ts";
import { decideNext } from "./steps/decide-next.ts";
import { failRun } from "./steps/fail-run.ts";
import { mergeFindings } from "./steps/merge-findings.ts";
import { planEscalation } from "./steps/plan-escalation.ts";
import { planRun } from "./steps/plan-run.ts";
// biome-ignore lint/suspicious/noImportCycles: a chain of runs is a cycle by nature: the last step of a group starts the next.
import { startGroup } from "./steps/start-group.ts";
import { synthesizeScene } from "./steps/synthesize-scene.ts";

/** A group starts at most this many tiles, so that no event log grows with the run; 1,024 where a crash has a third delivered again. */
const GROUP_TILES = 768;
const BATCHES_PER_LANE = 3;

/** A pass over a run begins: plan the tiles, unless that is done, and start the chain of groups. */
export async function analyzeImage(ticket: RunTicket) {
  "use workflow";
  const { workflowRunId } = getWorkflowMetadata();
  try {
    const claim = await claimGroup({ ...ticket, workflowRunId });
    if (!claim.held) return claim;
    if (!claim.planned) await planRun(ticket);
    return await startGroup({ ...ticket, sequence: ticket.sequence + 1 });
  } catch (error) {
    return await failRun({ ...ticket, reason: reasonOf(error) });
  }
}

/** One group of a run: its lanes work through batches, then it starts the next group, sleeps first, or finishes the run. */
export async function analyzeGroup(ticket: RunTicket) {
  "use workflow";
  const { workflowRunId } = getWorkflowMetadata();
  try {
    const claim = await claimGroup({ ...ticket, workflowRunId });
    if (!claim.held) return claim;
    const next: NextGroup = { ticket: { ...ticket, sequence: ticket.sequence + 1 }, started: null };
    const batch = { ...ticket, most: Math.floor(GROUP_TILES / (claim.lanes * BATCHES_PER_LANE)) };
    await Promise.all(Array.from({ length: claim.lanes }, () => lane(batch, next)));
    if (next.started) return await next.started;
    const move = await decideNext(ticket);
    switch (move.next) {
      case "stop":
        return move;
      case "finish":
        await mergeFindings(ticket);
        return await synthesizeScene(ticket);
      case "sleep":
        await sleep(move.ms);
        break;
      case "escalate":
        await planEscalation(ticket);
        break;
      case "group":
        break;
    }
    return await startGroup(next.ticket);
  } catch (error) {
    return await failRun({ ...ticket, reason: reasonOf(error) });
  }
}

type NextGroup = { ticket: RunTicket; started: ReturnType<typeof startGroup> | null };

/** The first lane that comes to its last batch starts the next group beside it: by the time this one ends, that one works. */
async function lane(batch: BatchTicket, next: NextGroup): Promise<void> {
  for (let left = BATCHES_PER_LANE; left > 0; left -= 1) {
    if (left === 1) next.started ??= startGroup(next.ticket);
    const [{ outcome }] = await Promise.all([analyzeBatch(batch), left === 1 ? next.started : null]);
    if (outcome !== "more") return;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
