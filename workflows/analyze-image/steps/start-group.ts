import { start } from "workflow/api";
import { MOST_STARTS, type RunTicket } from "#lib/core/checkpoint.ts";
import { asStep } from "#lib/server/runs/as-step.ts";
// biome-ignore lint/suspicious/noImportCycles: a chain of runs is a cycle by nature: the last step of a group starts the next.
import { analyzeGroup } from "../index.ts";

/** Starts the next group as a workflow run of its own (continue as new). May run twice: the group is claimed by one only. */
export async function startGroup(ticket: RunTicket): Promise<{ startedWorkflowRun: string }> {
  "use step";
  return await asStep("startGroup", ticket, async () => {
    const { runId } = await start(analyzeGroup, [ticket]);
    return { startedWorkflowRun: runId };
  });
}
startGroup.maxRetries = MOST_STARTS;
