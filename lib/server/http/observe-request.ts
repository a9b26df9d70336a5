import type { IncomingMessage, ServerResponse } from "node:http";
import { processWide } from "#lib/process-wide.ts";
import { instruments } from "../metrics/instruments.ts";
import { routeLabel } from "./route-label.ts";

const METHODS = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

/** Measures a request from now until its answer has been sent or its caller has left. */
export function observeRequest(request: IncomingMessage, response: ServerResponse): void {
  const started = performance.now();
  response.once("close", () => {
    const route = routeLabel(pathOf(request));
    // A stream lasts as long as somebody watches: that says nothing of how fast we are.
    if (String(response.getHeader("content-type")).startsWith("text/event-stream")) return;
    const method = METHODS.has(request.method ?? "") ? (request.method ?? "") : "other";
    const status = response.writableFinished ? response.statusCode : 499;
    series(method, route, status).observe((performance.now() - started) / 1000);
  });
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
