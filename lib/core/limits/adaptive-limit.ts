import type { LimitPhase } from "../detection/run.ts";

/** Where nothing is known of a provider. */
const START = 4;
const GENTLE = 0.9;
/** Before any answer has come, a round trip is taken to last this long. */
const UNKNOWN_ROUND_TRIP_MS = 200;
/** A level that was refused is tried again after this many round trips at first, then twice as many each time, up to the most. */
const FIRST_PROBE = 2;
const RAREST_PROBE = 32;
/** No wish of a provider holds growth for longer. */
const LONGEST_HOLD_MS = 60_000;

/** A call as the limiter sees it. Times are milliseconds of a clock that never goes back. */
export type ObservedCall = {
  startedAt: number;
  endedAt: number;
  /** How many were in flight at its start, itself included: what the provider accepted or refused. */
  inFlight: number;
  /** And at its end. */
  inFlightAtEnd: number;
};

/** How many calls of one model may be in flight, learned from its answers. */
export type AdaptiveLimit = {
  /** How many may be in flight now, at least 1. */
  current(): number;
  phase(now: number): LimitPhase;
  /** Milliseconds that a call takes of late. */
  roundTripMs(): number;
  succeeded(call: ObservedCall): void;
  /** Refused for now (429, 503); `retryAfterMs` is the provider's wish. */
  refused(call: ObservedCall, retryAfterMs: number | undefined): void;
  /** No answer in time. */
  timedOut(call: ObservedCall): void;
  /** People allow more than before: growth doubles again, unless the provider itself was what held it. */
  capRaised(): void;
};

/**
 * Additive increase, multiplicative decrease (Chiu & Jain 1989) with TCP's slow start: from 4 it doubles each round trip until the first
 * refusal; a refusal takes a tenth off, at most once a round trip; then it grows by one a round trip. The level that was refused
 * is remembered as a ceiling and tried ever more rarely, so that a provider with a fixed limit refuses next to nothing; accepted calls
 * at or above the ceiling disprove it. Grows only while the limit is what holds the caller back.
 */
export function adaptiveLimit(): AdaptiveLimit {
  let limit = START;
  let doubling = true;
  let ceiling: number | null = null;
  let proofs = 0;
  let probeAfter = FIRST_PROBE;
  let lastProbeAt = Number.NEGATIVE_INFINITY;
  let lastDecreaseAt = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let roundTrip: number | null = null;

  const roundTripMs = (): number => roundTrip ?? UNKNOWN_ROUND_TRIP_MS;

  function decrease(call: ObservedCall): void {
    doubling = false;
    if (call.endedAt - lastDecreaseAt < roundTripMs() || call.startedAt < lastDecreaseAt) return;
    limit = Math.max(1, limit * GENTLE);
    lastDecreaseAt = call.endedAt;
  }

  function grow(now: number): void {
    if (doubling) {
      limit += 1;
      return;
    }
    const next = limit + 1 / limit;
    if (ceiling === null || Math.floor(next) < ceiling) {
      limit = next;
      return;
    }
    if (now - Math.max(lastProbeAt, lastDecreaseAt) < probeAfter * roundTripMs()) return;
    lastProbeAt = now;
    limit = Math.max(limit, ceiling);
  }

  return {
    current: () => Math.max(1, Math.floor(limit + 1e-9)),
    phase: (now) => (now < heldUntil ? "holding" : doubling ? "doubling" : "steady"),
    roundTripMs,

    succeeded(call) {
      const took = call.endedAt - call.startedAt;
      roundTrip = roundTrip === null ? took : roundTrip + (took - roundTrip) / 8;
      if (ceiling !== null && call.inFlight >= ceiling) {
        proofs += 1;
        if (proofs >= Math.ceil(ceiling / 2)) {
          ceiling = null;
          probeAfter = FIRST_PROBE;
        }
      }
      const busy = Math.max(call.inFlight, call.inFlightAtEnd);
      if (call.endedAt >= heldUntil && limit < 2 * busy) grow(call.endedAt);
    },

    refused(call, retryAfterMs) {
      const level = Math.max(2, call.inFlight);
      const known = ceiling !== null && Math.abs(level - ceiling) <= 1;
      if (known && call.startedAt >= lastDecreaseAt) probeAfter = Math.min(RAREST_PROBE, probeAfter * 2);
      else if (!known) probeAfter = FIRST_PROBE;
      ceiling = ceiling === null ? level : Math.min(level, Math.max(ceiling, limit));
      proofs = 0;
      decrease(call);
      if (retryAfterMs !== undefined) {
        heldUntil = Math.max(heldUntil, call.endedAt + Math.min(retryAfterMs, LONGEST_HOLD_MS));
      }
    },

    timedOut: decrease,

    capRaised() {
      if (ceiling === null) doubling = true;
    },
  };
}
