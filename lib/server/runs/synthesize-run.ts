import { inTransaction, pool } from "#db/client.ts";
import { findRun, type RunRow, setRunState } from "#db/queries/runs.ts";
import { countSkipped, countTiles, missingTiles } from "#db/queries/tile-counts.ts";
import type { RunTicket } from "#lib/core/checkpoint.ts";
import type { Exchange } from "#lib/core/detection/exchange.ts";
import type { RunState, Scene, SynthesisRecord, TileCounts } from "#lib/core/detection/run.ts";
import { ModelError, messageOf } from "#lib/core/errors.ts";
import { BACKGROUND_REASONS } from "#lib/core/tiling/background.ts";
import { LOCAL_SYNTHESIS } from "#lib/models/registry.ts";
import { appendEvent, wake } from "../events/outbox.ts";
import { priceOf } from "../limits/model-limits.ts";
import { synthesisModelOf } from "../models.ts";
import { noneLeftForScene } from "./budget.ts";
import { logRun } from "./log-run.ts";
import { asOnlyWriter } from "./one-writer.ts";
import { contextOf } from "./run-context.ts";
import { sceneFacts } from "./scene-facts.ts";

/** So many missing tiles are named in words; the ledger and the picture show all. */
const NAMED_TILES = 10;
const BACKGROUND = Object.values(BACKGROUND_REASONS);
const SYNTHESIS_TIMEOUT_MS = 120_000;

/** Writes the scene and ends the run. Running it again writes the same end; a hosted model is asked by one process alone. */
export async function synthesizeRun(ticket: RunTicket): Promise<{ state: RunState } | null> {
  const context = await contextOf(ticket);
  if (context?.run.state !== "synthesizing") return null;
  if (context.run.configuration.synthesisModel === LOCAL_SYNTHESIS) return endWithScene(ticket);
  return asOnlyWriter(ticket.runId, () => endWithScene(ticket));
}

async function endWithScene(ticket: RunTicket): Promise<{ state: RunState } | null> {
  const context = await contextOf(ticket);
  if (context?.run.state !== "synthesizing") return null;
  const counts = await countTiles(pool(), ticket.runId);
  const facts = await sceneFacts(context);
  const { scene, synthesis, note } = await writeScene(context.run, facts);
  const background = await countSkipped(pool(), ticket.runId, BACKGROUND);
  const missing = counts.failed + counts.skipped - background;
  const state: RunState = missing === 0 ? "completed" : counts.done === 0 ? "failed" : "partial";
  const reason =
    [...(await whatIsMissing(ticket.runId, counts, background)), note].filter((part) => part !== null).join("; ") ||
    null;

  const ended = await inTransaction(async (client) => {
    const run = await findRun(client, ticket.runId, true);
    if (run?.pass !== ticket.pass || run.state !== "synthesizing") return false;
    const record = totalOf(run.synthesis, synthesis);
    await client.query("UPDATE runs SET scene = $2, synthesis = $3 WHERE id = $1", [
      run.id,
      JSON.stringify(scene),
      record && JSON.stringify(record),
    ]);
    await setRunState(client, run.id, state, reason);
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event: { kind: "scene", scene } });
    const event = { kind: "run", state, reason, tilesTotal: run.tilesTotal } as const;
    await appendEvent(client, { imageId: run.imageId, runId: run.id, event });
    return true;
  });
  wake();
  if (ended) logRun(ticket.runId, state, { reason });
  return { state };
}

/** Which tiles the findings lack and why, in words: the first few by name. */
async function whatIsMissing(runId: string, counts: TileCounts, background: number): Promise<string[]> {
  const total = counts.done + counts.failed + counts.skipped;
  const missing = await missingTiles(pool(), runId, NAMED_TILES, BACKGROUND);
  const named = (state: string): string => {
    const indexes = missing.filter((tile) => tile.state === state).map((tile) => tile.index);
    return `(${indexes.join(", ")}${indexes.length === NAMED_TILES ? ", …" : ""})`;
  };
  const parts: string[] = [];
  if (counts.failed > 0) parts.push(`${counts.failed} of ${total} tiles failed ${named("failed")}`);
  const skipped = counts.skipped - background;
  if (skipped > 0) {
    const why = missing.find((tile) => tile.state === "skipped")?.error;
    parts.push(`${skipped} of ${total} tiles were skipped ${named("skipped")}${why ? `: ${why}` : ""}`);
  }
  if (background > 0) parts.push(`${background} of ${total} tiles hold nothing and were not looked at`);
  return parts;
}

type Facts = Awaited<ReturnType<typeof sceneFacts>>;

type Written = { scene: Scene; synthesis: SynthesisRecord | null; note: string | null };

/** The configured model's words, or the deterministic ones where it fails or the budget is used up: a finished analysis is never lost to its summary. */
async function writeScene(run: RunRow, facts: Facts): Promise<Written> {
  const modelId = run.configuration.synthesisModel;
  const noneLeft = modelId === LOCAL_SYNTHESIS ? null : await noneLeftForScene(pool(), run);
  if (noneLeft !== null) return inFixedWords(facts, null, `the scene was written without ${modelId}: ${noneLeft}`);
  const signal = (): AbortSignal => AbortSignal.timeout(SYNTHESIS_TIMEOUT_MS);
  try {
    const model = synthesisModelOf(modelId, await priceOf(modelId));
    const { scene, exchange, cut = [] } = await model.describe(facts, signal());
    return { scene, synthesis: recordOf(modelId, exchange, cut), note: null };
  } catch (error) {
    if (modelId === LOCAL_SYNTHESIS) throw error;
    const exchange = error instanceof ModelError ? error.exchange : undefined;
    const note = `the scene was written without ${modelId}: ${messageOf(error)}`;
    return inFixedWords(facts, recordOf(modelId, exchange, []), note);
  }
}

async function inFixedWords(facts: Facts, synthesis: SynthesisRecord | null, note: string): Promise<Written> {
  const { scene } = await synthesisModelOf(LOCAL_SYNTHESIS).describe(facts, AbortSignal.timeout(SYNTHESIS_TIMEOUT_MS));
  return { scene, synthesis, note };
}

function recordOf(model: string, exchange: Exchange | undefined, cut: SynthesisRecord["cut"]): SynthesisRecord | null {
  if (!exchange || model === LOCAL_SYNTHESIS) return null;
  const { calls, inputTokens, outputTokens, cost, wording, replies } = exchange;
  const clean = replies.map((reply) => reply.replaceAll("\0", "\uFFFD"));
  return { model, calls, tokens: { input: inputTokens, output: outputTokens }, cost, wording, replies: clean, cut };
}

/** A scene that is written again, after a retry or another merge, adds to what the ones before it took. */
function totalOf(before: SynthesisRecord | null, now: SynthesisRecord | null): SynthesisRecord | null {
  if (!before || !now) return now ?? before;
  const cost = now.cost === null ? before.cost : (before.cost ?? 0) + now.cost;
  const tokens = { input: before.tokens.input + now.tokens.input, output: before.tokens.output + now.tokens.output };
  return { ...now, calls: before.calls + now.calls, tokens, cost };
}
