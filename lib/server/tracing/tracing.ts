import { processWide } from "#lib/process-wide.ts";

/** What a span tells besides its name and times. Undefined values are left out. */
export type Attributes = Record<string, string | number | boolean | undefined>;

/** Where in a trace a span belongs that is no child of what is under way here. */
export type Place =
  /** In the trace of a thing that several processes work on; `root`: it is the span that the others hang below. */
  | { of: string; root: boolean }
  /** Below a span of the caller's (W3C trace context). */
  | { traceparent: string };

export type OpenSpan = {
  /** Does something within the span: what it opens hangs below. */
  within<T>(work: () => T): T;
  /** Ends the span, as failed where an error is given. To be called once. */
  end(more?: Attributes, error?: unknown): void;
};

export type SpanOptions = { attributes: Attributes; place?: Place; server?: boolean };

/** Makes spans. Set where traces are configured; nothing of OpenTelemetry is loaded where they are not. */
export type Tracing = {
  open(name: string, options: SpanOptions): OpenSpan;
  note(attributes: Attributes, failure: string | null): void;
};

function holder(): { tracing: Tracing | null } {
  return processWide("tracing", () => ({ tracing: null }));
}

/** Has spans made from now on, in all of this process. */
export function setTracing(tracing: Tracing): void {
  holder().tracing = tracing;
}

/** Opens a span that ends by itself only when it is told to; null where traces are not configured. */
export function openSpan(name: string, options: SpanOptions): OpenSpan | null {
  return holder().tracing?.open(name, options) ?? null;
}

/** Has the span that is under way tell more, and, with a failure, that it failed. */
export function noteInSpan(attributes: () => Attributes, failure: string | null): void {
  holder().tracing?.note(attributes(), failure);
}

/** Does something in a span of its own; where traces are not configured, just does it. */
export async function traced<T>(
  name: string,
  options: () => SpanOptions,
  work: () => Promise<T>,
  outcome?: (result: T) => Attributes,
): Promise<T> {
  const { tracing } = holder();
  if (tracing === null) return work();
  const span = tracing.open(name, options());
  try {
    const result = await span.within(work);
    span.end(outcome?.(result));
    return result;
  } catch (error) {
    span.end(undefined, error);
    throw error;
  }
}
