import { getWorkflowMetadata, sleep } from "workflow";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import { analyzeBatch } from "./steps/analyze-batch.ts";
import { claimGroup } from "./steps/claim-group.ts";
import { decideNext } from "./steps/decide-next.ts";
import { failRun } from "./steps/fail-run.ts";
import { mergeFindings } from "./steps/merge-findings.ts";
import { planRun } from "./steps/plan-run.ts";
// biome-ignore lint/suspicious/noImportCycles: a chain of runs is a cycle by nature: the last step of a group starts the next.
import { startGroup } from "./steps/start-group.ts";
import { synthesizeScene } from "./steps/synthesize-scene.ts";

/** Lanes × batches × 56 tiles is a group's quota: at most 1,024 tiles even after a crash, so that no event log grows with the run. */
const LANES = 2;
const BATCHES_PER_LANE = 8;

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
    await Promise.all(Array.from({ length: LANES }, () => lane(ticket)));
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
      case "group":
        break;
    }
    return await startGroup({ ...ticket, sequence: ticket.sequence + 1 });
  } catch (error) {
    return await failRun({ ...ticket, reason: reasonOf(error) });
  }
}

async function lane(ticket: RunTicket): Promise<void> {
  for (let batch = 0; batch < BATCHES_PER_LANE; batch += 1) {
    const { outcome } = await analyzeBatch(ticket);
    if (outcome !== "more") return;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
