import { createHash } from "node:crypto";
import { pool } from "#db/client.ts";
import { keepPrompt, type LookRecord } from "#db/queries/tile-looks.ts";
import type { LookOutcome, LookRole } from "#lib/core/detection/evidence.ts";
import type { Exchange } from "#lib/core/detection/exchange.ts";
import { ModelError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";
import { patiently } from "./patiently.ts";

/** Words are kept in the database once; so many are remembered as kept. */
const REMEMBERED = 1000;
/** Of an error that stands beside a reply. */
const ERROR_LIMIT = 2000;

type Look = { role: LookRole; model: string; modelMs: number | null };

/** What is kept of an attempt that a hosted model was asked at: undefined where none was, as with embedded models. */
export async function lookRecord(
  { role, model, modelMs }: Look,
  exchange: Exchange | undefined,
  failure: unknown = null,
): Promise<LookRecord | undefined> {
  if (!exchange) return undefined;
  const { wording, prompt, ...used } = exchange;
  const error = failure instanceof Error ? failure.message.slice(0, ERROR_LIMIT) : null;
  // Postgres keeps no NUL in a text.
  const replies = used.replies.map((reply) => reply.replaceAll("\0", "\uFFFD"));
  return {
    role,
    model,
    modelMs,
    outcome: outcomeOf(failure),
    error,
    wording,
    prompt: await hashOf(prompt),
    ...used,
    replies,
  };
}

function outcomeOf(failure: unknown): LookOutcome {
  if (failure === null) return "answered";
  if (!(failure instanceof ModelError)) return "failed";
  if (failure.unreadable) return "unreadable";
  return failure.kind === "throttled" ? "throttled" : "failed";
}

/** The hash under which the words are kept; they are by the time it is known. */
async function hashOf(prompt: string): Promise<string> {
  const kept = processWide("kept-prompts", () => new Map<string, string>());
  const known = kept.get(prompt);
  if (known) return known;
  const words = prompt.replaceAll("\0", "\uFFFD");
  const hash = createHash("sha256").update(words).digest("hex");
  await patiently(() => keepPrompt(pool(), hash, words));
  if (kept.size >= REMEMBERED) kept.clear();
  kept.set(prompt, hash);
  return hash;
}
