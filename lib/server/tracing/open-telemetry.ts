import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import { hostname } from "node:os";
import {
  type Context,
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { detectResources, envDetector, resourceFromAttributes } from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  ParentBasedSampler,
  RandomIdGenerator,
  SamplingDecision,
  TraceIdRatioBasedSampler,
  TracerProvider,
} from "@opentelemetry/sdk-trace";
import { messageOf } from "#lib/core/errors.ts";
import { log } from "../log/log.ts";
import { withoutSecrets } from "../log/scrub.ts";
import type { Attributes, OpenSpan, Place, SpanOptions, Tracing } from "./tracing.ts";

/** A tile makes two spans: so many wait while they are sent. More are dropped rather than kept in memory. */
const QUEUE = { maxQueueSize: 16_384, maxExportBatchSize: 1024, scheduledDelayMillis: 1000 };
const TRACEPARENT = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/;
const OUR_PREFIX = "tessera.";

/** Share of traces that is kept, 0 to 1; address and headers are the exporter's own variables. */
export type TraceSettings = { ratio: number };

/**
 * Opens an exporter of traces by OTLP over HTTP. The provider is ours alone and not registered for libraries: Next and the workflow SDK would
 * send spans of their own for each of their steps.
 */
export function openTelemetry({ ratio }: TraceSettings): { tracing: Tracing; close: () => Promise<void> } {
  diag.setLogger(
    { error: told, warn: told, info: ignored, debug: ignored, verbose: ignored },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  const ids = placedIds();
  const byTrace = new TraceIdRatioBasedSampler(ratio);
  const provider = new TracerProvider({
    resource: resourceFromAttributes({
      "service.name": "tessera",
      "service.instance.id": `${hostname()}:${process.pid}`,
      "host.name": hostname(),
      "process.pid": process.pid,
    }).merge(detectResources({ detectors: [envDetector] })),
    sampler: new ParentBasedSampler({ root: byTrace }),
    idGenerator: ids.generator,
    spanProcessors: [new BatchSpanProcessor({ exporter: new OTLPTraceExporter(), ...QUEUE })],
  });
  const tracer = provider.getTracer("tessera");
  const current = new AsyncLocalStorage<Context>();

  const isKept = (traceId: string): boolean =>
    byTrace.shouldSample(ROOT_CONTEXT, traceId).decision === SamplingDecision.RECORD_AND_SAMPLED;

  const parentOf = (place: Place | undefined): Context => {
    if (!place) return current.getStore() ?? ROOT_CONTEXT;
    if ("traceparent" in place) return remote(parseTraceparent(place.traceparent));
    if (place.root) return ROOT_CONTEXT;
    const { traceId, spanId } = idsOf(place.of);
    return remote({ traceId, spanId, traceFlags: isKept(traceId) ? TraceFlags.SAMPLED : TraceFlags.NONE });
  };

  const open = (name: string, { attributes, place, server }: SpanOptions): OpenSpan => {
    const parent = parentOf(place);
    const start = () =>
      tracer.startSpan(
        name,
        { kind: server ? SpanKind.SERVER : SpanKind.INTERNAL, attributes: present(attributes) },
        parent,
      );
    const span = place && "of" in place && place.root ? ids.placed(idsOf(place.of), start) : start();
    const inside = trace.setSpan(parent, span);
    return {
      within: (work) => current.run(inside, work),
      end(more = {}, error) {
        span.setAttributes(present(more));
        if (error !== undefined) fail(span, messageOf(error));
        span.end();
      },
    };
  };
  const note = (attributes: Attributes, failure: string | null): void => {
    const context = current.getStore();
    const span = context && trace.getSpan(context);
    span?.setAttributes(present(attributes));
    if (span && failure !== null) fail(span, failure);
  };
  return { tracing: { open, note }, close: () => provider.shutdown() };
}

function fail(span: Span, message: string): void {
  span.setStatus({ code: SpanStatusCode.ERROR, message: withoutSecrets(message) });
}

function told(message: string, ...more: unknown[]): void {
  log().warn({ from: "opentelemetry" }, [message, ...more.map(messageOf)].join(" ").slice(0, 2000));
}

function ignored(): void {}

/** Names of ours get a prefix; those of OpenTelemetry's conventions have dots already. */
function present(attributes: Attributes): Record<string, string | number | boolean> {
  const given = Object.entries(attributes).filter((entry): entry is [string, string | number | boolean] => {
    return entry[1] !== undefined;
  });
  return Object.fromEntries(given.map(([name, value]) => [name.includes(".") ? name : OUR_PREFIX + name, value]));
}

type Ids = { traceId: string; spanId: string };

/** Ids that every process makes of the same name: so spans of several processes come into one trace. */
function idsOf(name: string): Ids {
  const digest = createHash("sha256").update(name).digest("hex");
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

function parseTraceparent(text: string): SpanContext | null {
  const [, traceId, spanId, flags] = TRACEPARENT.exec(text) ?? [];
  if (!traceId || !spanId || !flags) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & TraceFlags.SAMPLED };
}

function remote(context: SpanContext | null): Context {
  return context ? trace.setSpanContext(ROOT_CONTEXT, { ...context, isRemote: true }) : ROOT_CONTEXT;
}

/** Random ids, but those that were asked for while `start` runs. */
function placedIds() {
  const random = new RandomIdGenerator();
  let wanted: Ids | null = null;
  return {
    generator: {
      generateTraceId: () => wanted?.traceId ?? random.generateTraceId(),
      generateSpanId: () => wanted?.spanId ?? random.generateSpanId(),
    },
    placed<T>(ids: Ids, start: () => T): T {
      wanted = ids;
      try {
        return start();
      } finally {
        wanted = null;
      }
    },
  };
}
