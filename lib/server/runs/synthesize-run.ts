import { inTransaction, pool } from "#db/client.ts";
import { findRun, setRunState } from "#db/queries/runs.ts";
import { countTiles } from "#db/queries/tiles.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import type { RunState, Scene } from "#lib/core/detection/run.ts";
import { messageOf } from "#lib/core/errors.ts";
import { LOCAL_SYNTHESIS } from "#lib/models/registry.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { synthesisModelOf } from "../models.ts";
import { contextOf } from "./run-context.ts";
import { sceneFacts } from "./scene-facts.ts";

const SYNTHESIS_TIMEOUT_MS = 120_000;

/** Writes the scene and ends the run. Running it again writes the same end. */
export async function synthesizeRun(ticket: RunTicket): Promise<{ state: RunState } | null> {
  const context = await contextOf(ticket);
  if (context?.run.state !== "synthesizing") return null;
  const counts = await countTiles(pool(), ticket.runId);
  const facts = await sceneFacts(context);
  const { scene, note } = await writeScene(context.run.configuration.synthesisModel, facts);
  const nothingDone = counts.done === 0 && counts.failed > 0;
  const state: RunState = nothingDone ? "failed" : counts.failed > 0 ? "partial" : "completed";
  const failures = counts.failed > 0 ? `${counts.failed} of ${counts.failed + counts.done} tiles failed` : null;
  const reason = [failures, note].filter((part) => part !== null).join("; ") || null;

  await inTransaction(async (client) => {
    const run = await findRun(client, ticket.runId, true);
    if (run?.pass !== ticket.pass || run.state !== "synthesizing") return;
    await client.query("UPDATE runs SET scene = $2 WHERE id = $1", [run.id, JSON.stringify(scene)]);
    await setRunState(client, run.id, state, reason);
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event: { kind: "scene", scene } });
    const event = { kind: "run", state, reason, tilesTotal: run.tilesTotal } as const;
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event });
  });
  wake();
  return { state };
}

type Facts = Awaited<ReturnType<typeof sceneFacts>>;

/** The configured model's words, or the deterministic ones where it fails: a finished analysis is never lost to its summary. */
async function writeScene(modelId: string, facts: Facts): Promise<{ scene: Scene; note: string | null }> {
  try {
    const { scene } = await synthesisModelOf(modelId).describe(facts, AbortSignal.timeout(SYNTHESIS_TIMEOUT_MS));
    return { scene, note: null };
  } catch (error) {
    if (modelId === LOCAL_SYNTHESIS) throw error;
    const { scene } = await synthesisModelOf(LOCAL_SYNTHESIS).describe(
      facts,
      AbortSignal.timeout(SYNTHESIS_TIMEOUT_MS),
    );
    return { scene, note: `the scene was written without ${modelId}: ${messageOf(error)}` };
  }
}
