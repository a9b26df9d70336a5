import { pool } from "#db/client.ts";
import { keepTrial, readTrial } from "#db/queries/model-trials.ts";
import { environment } from "#lib/config/env.ts";
import { ModelError, messageOf, TesseraError } from "#lib/core/errors.ts";
import { askList, type Listed } from "#lib/models/hosted/ask-list.ts";
import { providerOf } from "#lib/models/registry.ts";
import { tryModel, tryWords } from "#lib/models/try-model.ts";
import { processWide } from "#lib/process-wide.ts";
import { moderationModelOf, synthesisModelOf, tileModelOf } from "./models.ts";

/** What a model is wanted for. */
export type WantedModel = { id: string; role: "tile" | "synthesis" | "moderation" };

/** An answer is believed for a day; a provider that does not answer within these times is away, which hinders no run. */
const BELIEVED_SECONDS = 86_400;
const LIST_MS = 3000;
const LISTED_MS = 60_000;
const CALL_MS = 20_000;
/** A model that answers run after run is noted this often. */
const NOTED_MS = 600_000;

/**
 * Makes sure that a model can be used before a run is started with it: it has a key, and nothing speaks against it. Where its provider's list
 * or an earlier call does – or, with `thorough`, where it never answered here before – one real call decides. A provider that is away passes:
 * the run has patience. Throws `model-unusable`, with what to do.
 */
export async function requireUsable({ id, role }: WantedModel, thorough = false): Promise<void> {
  try {
    open({ id, role });
    if (providerOf(id) === "local") return;
    const last = await readTrial(pool(), keyOf({ id, role }));
    const known = last && last.ageSeconds < BELIEVED_SECONDS ? last : null;
    if (known && known.problem === null) return;
    const listed = known ? null : await listedNow(id);
    if (known || thorough || listed === "unknown" || listed === "refused") await callOnce({ id, role });
  } catch (error) {
    throw asUnusable(error);
  }
}

/** What the provider's list says; asked once a minute, as a collection is run picture by picture. */
async function listedNow(id: string): Promise<Listed> {
  const said = processWide("listed-models", () => new Map<string, { at: number; listed: Listed }>());
  const last = said.get(id);
  if (last && performance.now() - last.at < LISTED_MS) return last.listed;
  const listed = await askList(id, environment(), AbortSignal.timeout(LIST_MS));
  said.set(id, { at: performance.now(), listed });
  return listed;
}

function open({ id, role }: WantedModel): void {
  if (role === "synthesis") synthesisModelOf(id);
  else if (role === "moderation") moderationModelOf(id);
  else tileModelOf(id);
}

async function callOnce({ id, role }: WantedModel): Promise<void> {
  const signal = AbortSignal.timeout(CALL_MS);
  try {
    if (role === "synthesis") await tryWords(id, environment(), signal);
    else await tryModel(tileModelOf(id), signal);
    await keepTrial(pool(), keyOf({ id, role }), null);
  } catch (error) {
    if (!isAboutModel(error)) return;
    await keepTrial(pool(), keyOf({ id, role }), messageOf(error));
    throw error;
  }
}

/** One that writes may not see: the two are remembered apart. */
function keyOf({ id, role }: WantedModel): string {
  return role === "synthesis" ? `${id} (words)` : id;
}

function isAboutModel(error: unknown): error is ModelError {
  return error instanceof ModelError && error.kind === "run-fatal";
}

/** A model whose set-up is at fault, as the caller's own mistake; all else as it is. */
export function asUnusable(error: unknown): unknown {
  if (!isAboutModel(error)) return error;
  const remedy = error.remedy?.replace(/, then resume the run$/, "");
  return new TesseraError("model-unusable", error.message, { cause: error, ...(remedy !== undefined && { remedy }) });
}

/** Notes for the next run what a call of a hosted model came to: that it answered, or that it cannot be used. Never throws. */
export async function noteCall(wanted: WantedModel, failure: unknown = null): Promise<void> {
  if (providerOf(wanted.id) === "local" || (failure !== null && !isAboutModel(failure))) return;
  const key = keyOf(wanted);
  const noted = processWide("noted-models", () => new Map<string, number>());
  const isFresh = performance.now() - (noted.get(key) ?? Number.NEGATIVE_INFINITY) < NOTED_MS;
  if (failure === null && isFresh) return;
  if (failure === null) noted.set(key, performance.now());
  else noted.delete(key);
  // What the database does not take just now is noted after a later call.
  await keepTrial(pool(), key, failure === null ? null : messageOf(failure)).catch(() => noted.delete(key));
}

/** Whether a model answered a real call here within a day. */
export async function answeredLately(id: string): Promise<boolean> {
  const last = await readTrial(pool(), id);
  return last !== null && last.problem === null && last.ageSeconds < BELIEVED_SECONDS;
}
