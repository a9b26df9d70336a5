import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { processWide } from "#lib/process-wide.ts";
import { log } from "../log/log.ts";
import { instruments } from "../metrics/instruments.ts";
import { type OpenSpan, openSpan } from "../tracing/tracing.ts";
import { inRequest, type RequestScope } from "./request-scope.ts";
import { routeLabel } from "./route-label.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);
/** What machines ask for by the thousand is told at `debug`. */
const CHATTER = /^\/(_next|metrics|healthz|readyz)$|\/(tiles\/\{level\}\/.+|thumbnail)$|^\/iiif\//;
/** An id that a proxy gave the request is kept, where it is one. */
const GIVEN_ID = /^[\w.:-]{8,64}$/;

/**
 * Answers a request, measured and logged, until its answer has been sent or its caller has left. It goes by the id of its
 * `X-Request-Id` or one of ours, which the answer carries too.
 */
export function observeRequest<T>(request: IncomingMessage, response: ServerResponse, answer: () => T): T {
  const started = performance.now();
  const given = request.headers["x-request-id"];
  const scope: RequestScope = { id: typeof given === "string" && GIVEN_ID.test(given) ? given : randomUUID() };
  response.setHeader("x-request-id", scope.id);
  const span = openRequestSpan(request, scope);
  response.once("close", () => {
    const told = ended(request, response, scope, performance.now() - started);
    span?.end({ "http.response.status_code": told.status, "http.route": told.route, actor: scope.actor }, told.fault);
  });
  return inRequest(scope, () => (span ? span.within(answer) : answer()));
}

function openRequestSpan(request: IncomingMessage, scope: RequestScope): OpenSpan | null {
  const { traceparent } = request.headers;
  const method = METHODS.has(request.method ?? "") ? (request.method ?? "") : "other";
  return openSpan(`${method} ${routeLabel(pathOf(request))}`, {
    server: true,
    attributes: { "http.request.method": method, request: scope.id },
    place: { traceparent: typeof traceparent === "string" ? traceparent : "" },
  });
}

type Told = { status: number; route: string; fault: Error | undefined };

function ended(request: IncomingMessage, response: ServerResponse, scope: RequestScope, ms: number): Told {
  const path = pathOf(request);
  const route = routeLabel(path);
  const method = METHODS.has(request.method ?? "") ? (request.method ?? "") : "other";
  const status = response.writableFinished ? response.statusCode : 499;
  // A stream lasts as long as somebody watches: that says nothing of how fast we are.
  const isStream = String(response.getHeader("content-type")).startsWith("text/event-stream");
  if (!isStream) series(method, route, status).observe(ms / 1000);
  const level = status >= 500 ? "warn" : isStream || CHATTER.test(route) ? "debug" : "info";
  const result = { status, route, fault: status >= 500 ? new Error(`answered ${status}`) : undefined };
  if (!log().isLevelEnabled(level)) return result;
  const { id, actor } = scope;
  // The path of an address that is not known may hold anything, one of IIIF a link's token; the query never goes into the log.
  const where = route === "other" || route.startsWith("/iiif/") ? {} : { path };
  log()[level]({ request: id, actor, method, route, ...where, status, ms: Math.round(ms * 10) / 10 }, "request");
  return result;
}

/** The series are few, and looking one up by its labels costs more than the rest: thousands of pictures a second pass here. */
function series(method: string, route: string, status: number): { observe(seconds: number): void } {
  const known = processWide("metrics.request-series", () => new Map<string, { observe(seconds: number): void }>());
  const key = `${method} ${route} ${status}`;
  const found = known.get(key) ?? instruments().requestSeconds.labels({ method, route, status });
  known.set(key, found);
  return found;
}

function pathOf(request: IncomingMessage): string {
  return (request.url ?? "/").split("?", 1)[0] ?? "/";
}
