import type { z } from "zod";
import { problemSchema } from "#lib/core/api/problem.ts";
import { type ErrorCode, messageOf, TesseraError } from "#lib/core/errors.ts";

/** A server elsewhere, asked with a token. */
export type Remote = {
  /** Its address, without a slash at the end. */
  url: string;
  /** Headers that say who asks. */
  headers: Record<string, string>;
  /** Reads a JSON answer. Throws what the server refuses with, as an error of ours. */
  get<S extends z.ZodType>(schema: S, path: string): Promise<z.infer<S>>;
};

/** Throws `bad-input` where the address is none. */
export function remoteServer(address: string, token: string): Remote {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) {
    throw new TesseraError("bad-input", "--server is not an http(s) address");
  }
  const url = address.replace(/\/+$/, "");
  const headers = { authorization: `Bearer ${token}` };
  return {
    url,
    headers,
    async get(schema, path) {
      const response = await fetch(`${url}${path}`, { headers }).catch((error: unknown) => {
        throw new TesseraError("internal", `${url} cannot be reached: ${messageOf(error)}`, {
          remedy: "check --server and the network; what has been sent is kept, and sending again goes on from there",
        });
      });
      const text = await response.text();
      if (!response.ok) throw problemOf(response.status, text);
      return schema.parse(JSON.parse(text));
    },
  };
}

/** Codes by status, for answers that something between us and the server gave. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  400: "bad-request",
  401: "unauthenticated",
  403: "forbidden",
  404: "not-found",
  409: "conflict",
  413: "too-large",
  422: "bad-input",
  429: "too-many-requests",
};

/** What a server refused with, as an error that the command line knows how to tell. */
export function problemOf(status: number, text: string): TesseraError {
  const code = CODES[status] ?? "internal";
  const parsed = problemSchema.safeParse(safeJson(text));
  if (!parsed.success) return new TesseraError(code, `the server answered with status ${status}`);
  return new TesseraError(code, parsed.data.detail);
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
