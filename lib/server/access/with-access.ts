import type { z } from "zod";
import { type Role, roleAllows } from "#lib/core/access/role.ts";
import { TesseraError } from "#lib/core/errors.ts";
import { authenticate } from "./authenticate.ts";
import { InvalidRequest } from "./invalid-request.ts";
import type { Principal } from "./principal.ts";
import { problemResponse } from "./problem.ts";
import { mayChangeState } from "./same-origin.ts";

/** A JSON body is read up to this size; pictures come as streams and not through a schema. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

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
  if (!principal) {
    throw new TesseraError("unauthenticated", "no session or token that is good came with the request", {
      remedy: "sign in, or send Authorization: Bearer TOKEN",
    });
  }
  if (principal.kind === "session" && !mayChangeState(request)) {
    throw new TesseraError("forbidden", "a change with a session must come from a page of this site", {
      remedy: "programs send a token instead",
    });
  }
  if (!roleAllows(principal.role, role)) {
    throw new TesseraError("not-found", `there is nothing here for the role ${principal.role}`, {
      remedy: `it takes the role ${role}`,
    });
  }
  return principal;
}

/** An address that does not parse is the address of nothing. */
function parseParams(schema: z.ZodType, params: Record<string, string | string[] | undefined>): unknown {
  const parsed = schema.safeParse(params);
  if (!parsed.success) throw new TesseraError("not-found", "there is nothing at this address");
  return parsed.data;
}

/** A parameter that is given once is a string, one given several times a list. */
function parseQuery(schema: z.ZodType, search: URLSearchParams): unknown {
  const values: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    const all = search.getAll(name);
    values[name] = all.length === 1 ? (all[0] ?? "") : all;
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) throw new InvalidRequest("query", parsed.error);
  return parsed.data;
}

async function parseBody(schema: z.ZodType, request: Request): Promise<unknown> {
  const text = await readText(request);
  let value: unknown;
  try {
    value = text === "" ? {} : JSON.parse(text);
  } catch {
    throw new TesseraError("bad-request", "the body is not JSON");
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new InvalidRequest("body", parsed.error);
  return parsed.data;
}

async function readText(request: Request): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for await (const chunk of request.body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > BODY_LIMIT_BYTES) throw new TesseraError("too-large", "a JSON body holds at most 8 MB");
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
