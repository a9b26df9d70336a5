import { databaseTrouble, troubleOf } from "#db/trouble.ts";
import type { Problem } from "#lib/core/api/problem.ts";
import { VersionConflict } from "#lib/core/detection/version-conflict.ts";
import { type ErrorCode, TesseraError } from "#lib/core/errors.ts";
import { log } from "../log/log.ts";
import { InvalidRequest } from "./invalid-request.ts";

const TITLES: Record<ErrorCode, string> = {
  "bad-input": "The input cannot be used",
  "bad-request": "The request cannot be understood",
  unauthenticated: "Sign in first",
  forbidden: "Not allowed",
  "not-found": "Not found",
  conflict: "Not possible in this state",
  "version-conflict": "Changed in between",
  "unsupported-version": "Version not spoken here",
  "too-large": "Too large",
  "too-many-requests": "Too many requests",
  "unsupported-image": "Not a picture that can be read",
  "moderation-blocked": "Blocked by moderation",
  "provider-not-allowed": "Provider not allowed",
  "model-unusable": "The model cannot be used",
  "not-ready": "Not ready yet",
  "checkpoint-too-large": "Internal error",
  "model-failed": "The model failed",
  "storage-failed": "Storage failed",
  "database-unavailable": "Database unavailable",
  configuration: "Configuration error",
  internal: "Internal error",
};

/** Turns anything thrown into an error of ours; what is unforeseen keeps its cause for the log and tells the caller nothing. */
function ownError(error: unknown): TesseraError {
  if (error instanceof TesseraError) return error;
  const trouble = troubleOf(error);
  if (trouble !== null) {
    // Where the embedded server cannot be started, this process knows more than that it does not answer.
    const why = databaseTrouble() ?? trouble;
    const remedy = why.includes("full") ? "free space on it; runs go on by themselves" : "try again in a moment";
    return new TesseraError("database-unavailable", why, { remedy, cause: error });
  }
  return new TesseraError("internal", "something went wrong on our side; the log of the server says what", {
    cause: error,
  });
}

/** The one place where errors become HTTP: `application/problem+json` (RFC 9457). Faults of ours are logged. */
export function problemResponse(error: unknown): Response {
  const own = ownError(error);
  if (!own.isCallersFault) {
    log().error({ err: own }, own.code);
  }
  const problem: Problem & { current?: unknown } = {
    type: `urn:tessera:problem:${own.code}`,
    title: TITLES[own.code],
    status: own.status,
    detail: own.remedy ? `${own.message}: ${own.remedy}` : own.message,
    code: own.code,
    ...(own.remedy !== undefined && { remedy: own.remedy }),
    ...(own instanceof InvalidRequest && { errors: own.errors }),
    ...(own instanceof VersionConflict && { current: own.current }),
  };
  const headers = new Headers({ "content-type": "application/problem+json", "cache-control": "no-store" });
  if (own.code === "unauthenticated") headers.set("www-authenticate", 'Bearer realm="tessera"');
  if (own.code === "unsupported-version") headers.set("tus-version", "1.0.0");
  if (own.code === "too-many-requests") headers.set("retry-after", "60");
  if (own instanceof VersionConflict) headers.set("etag", `"${own.current.version}"`);
  return new Response(JSON.stringify(problem), { status: own.status, headers });
}
