import type { PoolClient } from "pg";
import type { LookOutcome, LookRole } from "#lib/core/detection/evidence.ts";

type Queryable = Pick<PoolClient, "query">;

/** An attempt at a tile as it is kept. `prompt` is the hash of its words. */
export type LookRecord = {
  role: LookRole;
  model: string;
  outcome: LookOutcome;
  error: string | null;
  wording: string;
  prompt: string;
  replies: readonly string[];
  calls: number;
  inputTokens: number;
  outputTokens: number;
  cost: number | null;
  modelMs: number | null;
};

/** The part of a statement that keeps looks: `source` has `run_id`, `index`, `attempts` and a jsonb `look`, null where there is none. */
export function keepLooks(source: string): string {
  return `INSERT INTO tile_looks (run_id, index, attempt, role, model, outcome, error, wording, prompt, replies, calls, input_tokens,
      output_tokens, cost, model_ms)
    SELECT s.run_id, s.index, s.attempts, l.role, l.model, l.outcome, l.error, l.wording, l.prompt, l.replies, l.calls, l."inputTokens",
        l."outputTokens", l.cost, l."modelMs"
      FROM ${source} AS s, jsonb_to_record(s.look) AS l(role text, model text, outcome text, error text, wording text, prompt text,
        replies text[], calls int, "inputTokens" int, "outputTokens" int, cost float8, "modelMs" float8)
      WHERE s.look IS NOT NULL ON CONFLICT DO NOTHING`;
}

/** Keeps the words that a model was asked in, once. */
export async function keepPrompt(client: Queryable, hash: string, words: string): Promise<void> {
  await client.query("INSERT INTO prompts (hash, words) VALUES ($1, $2) ON CONFLICT DO NOTHING", [hash, words]);
}
