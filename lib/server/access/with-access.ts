import type { z } from "zod";
import type { Role } from "#lib/core/access/role.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { noteActor } from "../http/request-scope.ts";
import { admit } from "./admit.ts";
import { authenticate } from "./authenticate.ts";
import { parseBody, parseParams, parseQuery } from "./parse-request.ts";
import type { Principal } from "./principal.ts";
import { problemResponse } from "./problem.ts";
import { mayChangeState } from "./same-origin.ts";

type Schemas = { params?: z.ZodType; query?: z.ZodType; body?: z.ZodType };
type Parsed<S extends Schemas, Part extends keyof Schemas> = S[Part] extends z.ZodType ? z.infer<S[Part]> : undefined;

/** What a handler gets: who asks, and what they ask for, parsed by the route's schemas. */
export type AccessInput<S extends Schemas> = {
  principal: Principal;
  params: Parsed<S, "params">;
  query: Parsed<S, "query">;
  body: Parsed<S, "body">;
  request: Request;
};

type RouteContext = { params: Promise<Record<string, string | string[] | undefined>> };

/**
 * Wraps a route: who asks (401), whether their role allows it (404, as for what does not exist), what they ask (parsed by Zod),
 * then the handler, whose value is answered as JSON (`undefined`: 204; a `Response` as it is). Everything thrown is answered as
 * a problem. Changes that a cookie authenticates must come from our own pages.
 */
export function withAccess<S extends Schemas>(
  role: Role,
  schemas: S,
  handler: (input: AccessInput<S>) => Promise<unknown>,
): (request: Request, context: RouteContext) => Promise<Response> {
  return async (request, context) => {
    try {
      const principal = await authorise(request, role);
      const input = {
        principal,
        params: schemas.params && parseParams(schemas.params, await context.params),
        query: schemas.query && parseQuery(schemas.query, new URL(request.url).searchParams),
        body: schemas.body && (await parseBody(schemas.body, request)),
        request,
      } as AccessInput<S>;
      const result = await handler(input);
      if (result instanceof Response) return result;
      if (result === undefined) return new Response(null, { status: 204 });
      return json(result);
    } catch (error) {
      // Nobody is there to read an answer, and their leaving is no fault to log.
      if (request.signal.aborted) return new Response(null, { status: 499 });
      return problemResponse(error);
    }
  };
}

/** A JSON answer that no cache keeps, unless `headers` say otherwise. */
export function json(value: unknown, init: { status?: number; headers?: Record<string, string> } = {}): Response {
  return new Response(JSON.stringify(value), {
    status: init.status ?? 200,
    headers: { "content-type": "application/json", "cache-control": "no-store", ...init.headers },
  });
}

async function authorise(request: Request, role: Role): Promise<Principal> {
  const principal = await authenticate(request.headers);
  if (principal?.kind === "session" && !mayChangeState(request)) {
    throw new TesseraError("forbidden", "a change with a session must come from a page of this site", {
      remedy: "programs send a token instead",
    });
  }
  const admitted = admit(principal, role);
  noteActor(admitted.actor);
  return admitted;
}
