import { ModelError } from "#lib/core/errors.ts";
import { type AdaptiveLimit, adaptiveLimit, type ObservedCall } from "#lib/core/limits/adaptive-limit.ts";
import { type CircuitBreaker, circuitBreaker } from "#lib/core/limits/circuit-breaker.ts";
import { type Pacing, pacing } from "#lib/core/limits/pacing.ts";
import { providerOf } from "#lib/models/registry.ts";
import type { TileModel } from "#lib/models/types.ts";
import { processWide } from "#lib/process-wide.ts";

/** A permit whose call was refused rests for a round trip, but not longer, before it is given to another tile. */
const LONGEST_REST_MS = 1000;
/** What a tile is expected to use before any has told. */
const FIRST_TOKENS = 1000;

/** What this process knows of a model: its limits, and what is in flight of all runs. */
export type ModelPermits = {
  id: string;
  /** Null: an embedded model, which is never throttled and takes as many as it has use for. */
  limiter: AdaptiveLimit | null;
  useful: number;
  /** Whether a call may be repeated at no cost after a crash. */
  repeatsFreely: boolean;
  breaker: CircuitBreaker;
  pacing: Pacing;
  /** How many this process may have in flight, by the model's cap over all runs. */
  share: number;
  inFlight: number;
  /** Calls under way, without the tiles that are being read or committed. */
  calling: number;
  resting: number;
  /** What is left of the budgets per minute; infinite where there is none. */
  requests: number;
  tokens: number;
  tokensPerCall: number;
  usedTokens: number;
};

type Models = { models: Map<string, ModelPermits>; breakers: Map<string, CircuitBreaker> };

function known(): Models {
  return processWide("model-permits", () => ({ models: new Map(), breakers: new Map() }));
}

/** All models that runs of this process have used. */
export function allModels(): ModelPermits[] {
  return [...known().models.values()];
}

/** A model that a run of this process has used. */
export function modelOf(id: string): ModelPermits | undefined {
  return known().models.get(id);
}

/** Lowers what the model may have in flight here, where it may have more. */
export function lowerModelShare(id: string, share: number): void {
  const model = modelOf(id);
  if (model) model.share = Math.min(model.share, share);
}

/** What permits must know of a model. */
export type PermittedModel = Pick<TileModel, "id" | "usefulConcurrency" | "repeatsFreely">;

/** The model's permits, made at first use. */
export function openModel({ id, usefulConcurrency, repeatsFreely }: PermittedModel): ModelPermits {
  const { models, breakers } = known();
  const existing = models.get(id);
  if (existing) return existing;
  const provider = providerOf(id);
  const breaker = breakers.get(provider) ?? circuitBreaker();
  breakers.set(provider, breaker);
  const made: ModelPermits = {
    id,
    limiter: provider === "local" ? null : adaptiveLimit(),
    useful: usefulConcurrency,
    repeatsFreely: repeatsFreely ?? false,
    breaker,
    pacing: pacing(),
    share: Number.POSITIVE_INFINITY,
    inFlight: 0,
    calling: 0,
    resting: 0,
    requests: Number.POSITIVE_INFINITY,
    tokens: Number.POSITIVE_INFINITY,
    tokensPerCall: FIRST_TOKENS,
    usedTokens: 0,
  };
  models.set(id, made);
  return made;
}

/** The model's limiter and breaker, for people to see. */
export function modelState(
  modelId: string,
): { phase: ReturnType<AdaptiveLimit["phase"]>; reason: string | null; brokenForMs: number } | null {
  const model = modelOf(modelId);
  if (!model) return null;
  const now = performance.now();
  const away = model.breaker.broken();
  if (away) {
    const seconds = Math.max(0, Math.ceil((away.retryAt - now) / 1000));
    const reason = `${providerOf(modelId)} does not answer; it is tried again in ${seconds} s`;
    return { phase: "broken", reason, brokenForMs: now - away.since };
  }
  const phase = model.limiter?.phase(now) ?? "steady";
  const reason =
    phase === "holding"
      ? "the provider asks to wait before more is sent"
      : model.requests < 1 || model.tokens < model.tokensPerCall
        ? "the budget per minute is used up"
        : null;
  return { phase, reason, brokenForMs: 0 };
}

/** What a failed call says of the model; returns how many milliseconds its permit should rest. */
export function learn(model: ModelPermits, call: ObservedCall, error: unknown): number {
  if (!(error instanceof ModelError)) return 0;
  if (error.kind === "throttled") {
    model.breaker.answered();
    model.limiter?.refused(call, error.retryAfterMs);
    return model.limiter ? Math.min(LONGEST_REST_MS, model.limiter.roundTripMs()) : 0;
  }
  if (error.kind !== "transient") {
    model.breaker.answered();
    return 0;
  }
  model.breaker.failed(call.endedAt);
  if (error.timedOut) model.limiter?.timedOut(call);
  return 0;
}

/** Books what a call used against the budget per minute. */
export function bookTokens(model: ModelPermits, tokens: number): void {
  model.usedTokens += tokens;
  model.tokens += model.tokensPerCall - tokens;
  model.tokensPerCall += (tokens - model.tokensPerCall) / 8;
}

/** How many the model itself can take, whatever people allow. */
export function limitOf(model: ModelPermits): number {
  return model.limiter ? model.limiter.current() : 2 * model.useful;
}

/** How many may be in flight now by all that limits the model. */
export function mostOf(model: ModelPermits): number {
  return Math.min(limitOf(model), model.share, model.breaker.allows(performance.now()));
}

/** Permits that the model could give now, by what is in flight and by its budgets. */
export function freeOf(model: ModelPermits): number {
  const free = mostOf(model) - model.inFlight - model.resting;
  const affordable = Math.min(model.requests, model.tokens / Math.max(1, model.tokensPerCall));
  return Math.max(0, Math.floor(Math.min(free, affordable)));
}

/** How many of its permits may start just now. `places`: how many its runs may have in flight. */
export function startableOf(model: ModelPermits, places: number): number {
  const { limiter } = model;
  if (!limiter) return Number.POSITIVE_INFINITY;
  const pipe = { places: Math.min(places, mostOf(model)), roundTripMs: limiter.roundTripMs() };
  return model.pacing.allows(performance.now(), pipe);
}
