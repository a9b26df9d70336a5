import type { IncomingMessage, ServerResponse } from "node:http";
import { Registry } from "prom-client";
import { roleAllows } from "#lib/core/access/role.ts";
import { authenticate } from "../access/authenticate.ts";
import { problemResponse } from "../access/problem.ts";
import { instruments } from "./instruments.ts";
import { sampled } from "./sampled.ts";

const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;
/** A page of another site can have its own name lead to this machine, but not one of these. */
const OWN_NAMES = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
/** Set by proxies: behind one on this machine, everybody comes from loop-back. */
const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"];

/** This process' figures in Prometheus' text form (exposition format 0.0.4). */
async function metricsText(): Promise<string> {
  return Registry.merge([instruments().registry, await sampled()]).metrics();
}

/** Answers a request for metrics: open to programs of this machine, to all others with a token or session of any role. */
export async function answerMetrics(request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (!isLocal(request) && !(await isKnown(request, response))) return;
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { allow: "GET, HEAD" }).end();
    return;
  }
  const text = await metricsText();
  response.writeHead(200, { "content-type": Registry.PROMETHEUS_CONTENT_TYPE, "cache-control": "no-store" });
  response.end(request.method === "HEAD" ? undefined : text);
}

/** Whether a program of this machine asks, and not a proxy on it for somebody else. */
function isLocal(request: IncomingMessage): boolean {
  if (request.headers.authorization !== undefined) return false;
  if (!LOOPBACK.test(request.socket.remoteAddress ?? "")) return false;
  if (FORWARDED.some((name) => request.headers[name] !== undefined)) return false;
  return OWN_NAMES.test(request.headers.host ?? "");
}

async function isKnown(request: IncomingMessage, response: ServerResponse): Promise<boolean> {
  try {
    const { authorization, cookie } = request.headers;
    const headers = new Headers({ ...(authorization && { authorization }), ...(cookie && { cookie }) });
    const principal = await authenticate(headers);
    if (principal && roleAllows(principal.role, "viewer")) return true;
    response.writeHead(401, { "www-authenticate": 'Bearer realm="tessera"', "cache-control": "no-store" });
    response.end("metrics are open to programs of this machine; from elsewhere, send Authorization: Bearer TOKEN\n");
  } catch (error) {
    const problem = problemResponse(error);
    response.writeHead(problem.status, Object.fromEntries(problem.headers)).end(await problem.text());
  }
  return false;
}
