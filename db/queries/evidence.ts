import type { PoolClient } from "pg";
import type { LookOutcome, LookRole } from "#lib/core/detection/evidence.ts";
import type { Detection } from "#lib/core/detection/finding.ts";
import type { EscalationReason } from "#lib/core/routing/escalation-settings.ts";

type Queryable = Pick<PoolClient, "query">;

/** A tile that a finding rests on, with all that was detected in it. */
export type EvidenceTileRow = {
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
  wholePicture: boolean;
  model: string | null;
  escalated: EscalationReason | null;
  attempts: number;
  refusals: number;
  queueMs: number | null;
  modelMs: number | null;
  latencyMs: number | null;
  tokens: number;
  cost: number | null;
  finishedAt: Date | null;
  detections: Detection[];
};

/** An attempt at such a tile. */
export type LookRow = {
  index: number;
  attempt: number;
  role: LookRole;
  model: string;
  outcome: LookOutcome;
  error: string | null;
  wording: string | null;
  prompt: string | null;
  replies: string[];
  calls: number;
  inputTokens: number;
  outputTokens: number;
  cost: number | null;
  modelMs: number | null;
  at: Date;
  detections: Detection[] | null;
};

/** Tiles of a run by index, in order. */
export async function readEvidenceTiles(
  client: Queryable,
  runId: string,
  indexes: readonly number[],
): Promise<EvidenceTileRow[]> {
  const { rows } = await client.query<EvidenceTileRow>(
    `SELECT index, x, y, width, height, whole_picture AS "wholePicture", model, escalated, attempts, refusals, queue_ms AS "queueMs",
        model_ms AS "modelMs", latency_ms AS "latencyMs", coalesce(input_tokens, 0) + coalesce(output_tokens, 0) AS tokens, cost,
        finished_at AS "finishedAt", coalesce(detections, '[]') AS detections
      FROM tiles WHERE run_id = $1 AND index = ANY($2::int[]) ORDER BY index`,
    [runId, indexes],
  );
  return rows;
}

/** Attempts at tiles of a run that are kept, in order, with the words that were asked. */
export async function readLookRows(client: Queryable, runId: string, indexes: readonly number[]): Promise<LookRow[]> {
  const { rows } = await client.query<LookRow>(
    `SELECT index, attempt, role, model, outcome, error, wording, words AS prompt, replies, calls, input_tokens AS "inputTokens",
        output_tokens AS "outputTokens", cost, model_ms AS "modelMs", at, detections
      FROM tile_looks LEFT JOIN prompts ON hash = prompt WHERE run_id = $1 AND index = ANY($2::int[]) ORDER BY index, attempt`,
    [runId, indexes],
  );
  return rows;
}
