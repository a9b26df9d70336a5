import type { z } from "zod";
import { type Problem, problemSchema } from "#lib/core/api/problem.ts";

/** An answer that refuses: `message` is the sentence to show, `code` the kind of problem. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = "ApiProblem";
    this.status = status;
    this.code = code;
  }
}

/** The request never reached the server, or its answer never arrived: worth sending again. */
export class Unreachable extends Error {
  constructor(cause: unknown) {
    super("The server cannot be reached.", { cause });
    this.name = "Unreachable";
  }
}

/** Reads a refusal's text into a problem, whatever it holds. */
export function problemFrom(status: number, text: string): ApiProblem {
  const parsed = problemSchema.safeParse(safeJson(text));
  if (!parsed.success) return new ApiProblem(status, "unknown", `The server answered with status ${status}.`);
  return new ApiProblem(status, parsed.data.code, asSentence(parsed.data));
}

function asSentence(problem: Problem): string {
  const what = [problem.detail, ...(problem.errors ?? []).map((each) => each.message)].join(": ");
  const { remedy } = problem;
  const said = remedy && !what.includes(remedy) ? `${what}. ${capital(remedy)}` : what;
  return /[.!?]$/.test(said) ? capital(said) : `${capital(said)}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** `body` is sent as JSON, a `file` as it is. */
type Init = {
  method?: string;
  body?: unknown;
  file?: File;
  headers?: Record<string, string>;
  signal?: AbortSignal | undefined;
  /** Sent also while the page is being closed. */
  keepalive?: boolean;
};

/** Sends a request to the API. Throws `ApiProblem` where it is refused, `Unreachable` where it never arrived. */
export async function send(path: string, init: Init = {}): Promise<Response> {
  const headers: Record<string, string> = { accept: "application/json", ...init.headers };
  if (init.body !== undefined) headers["content-type"] = "application/json";
  let response: Response;
  try {
    response = await fetch(path, {
      method: init.method ?? "GET",
      headers,
      credentials: "same-origin",
      body: init.body === undefined ? (init.file ?? null) : JSON.stringify(init.body),
      signal: init.signal ?? null,
      keepalive: init.keepalive ?? false,
    });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable(error);
  }
  if (!response.ok) throw problemFrom(response.status, await response.text());
  return response;
}

/** Sends a request and reads its JSON answer with `schema`. */
export async function sendJson<S extends z.ZodType>(schema: S, path: string, init: Init = {}): Promise<z.infer<S>> {
  const response = await send(path, init);
  return schema.parse(await response.json());
}

/** `?a=1&b=2` of what is there; empty where nothing is. */
export function query(parameters: Record<string, string | number | null | undefined>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  }
  const text = search.toString();
  return text ? `?${text}` : "";
}

/** The sentence to show a person for whatever was thrown. */
export function sentence(error: unknown): string {
  if (error instanceof ApiProblem || error instanceof Unreachable) return error.message;
  return "Something unexpected went wrong in this page. Reload it and try again.";
}
