import { APICallError, LoadAPIKeyError, NoSuchModelError, UnsupportedFunctionalityError } from "ai";
import { ModelError, messageOf } from "#lib/core/errors.ts";
import { retryAfterMs } from "./retry-after.ts";

const OVERLOADED: ReadonlySet<number> = new Set([429, 503, 529]);
const SET_UP: ReadonlySet<number> = new Set([401, 402, 403, 404, 405]);
const PASSING: ReadonlySet<number> = new Set([408, 409, 425]);

/** What a provider says with an otherwise unspecific status when the account or the model is at fault, not the picture. */
const ACCOUNT = /insufficient_quota|exceeded your current quota|billing|credit balance/i;
const KEY_OR_MODEL =
  /api[ _-]?key|model[^.]{0,60}(not found|does not exist|not supported)|unknown model|no such model/i;
/** How servers say that a model takes no pictures. */
const NO_VISION =
  /(image|vision|multi-?modal)[^.]{0,60}(not support|unsupported|not enabled|not available|cannot|can't|no support)|(not support|unsupported|does not accept|cannot process|no endpoints found that support)[^.]{0,40}(image|vision|multi-?modal)|unknown variant `?image_url|not a (vision|multi-?modal) model/i;
const NO_SUCH_HOST = /ENOTFOUND|ERR_INVALID_URL|Invalid URL|CERT_|SELF_SIGNED|ERR_TLS/;

const KEY_REMEDY = "check the provider's key and the model's name, then resume the run";

/**
 * Says what a failed call means. Anything thrown by the AI SDK, by the network or by the signal becomes a `ModelError`; `ModelError`s
 * pass. Secrets that a provider repeats are taken out of the message.
 */
export function classifyFailure(modelId: string, error: unknown, signal: AbortSignal): ModelError {
  if (error instanceof ModelError) return error;
  if (signal.aborted) {
    const late = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
    return new ModelError("transient", `${modelId} ${late ? "gave no answer in time" : "was interrupted"}`, {
      cause: error,
      timedOut: late,
    });
  }
  const cause = rootOf(error);
  if (LoadAPIKeyError.isInstance(error) || NoSuchModelError.isInstance(error)) {
    return new ModelError("run-fatal", `${modelId}: ${brief(error)}`, { cause: error, remedy: KEY_REMEDY });
  }
  if (UnsupportedFunctionalityError.isInstance(error)) {
    const remedy = "choose a model that looks at pictures";
    return new ModelError("run-fatal", `${modelId}: ${brief(error)}`, { cause: error, remedy });
  }
  const status = statusOf(error);
  if (status !== undefined && status >= 400) return byStatus(modelId, status, error);
  if (NO_SUCH_HOST.test(`${codeOf(cause)} ${messageOf(cause)}`)) {
    return new ModelError("run-fatal", `${modelId} cannot be reached: ${brief(cause)}`, {
      cause: error,
      remedy: "check the address of the provider, then resume the run",
    });
  }
  return new ModelError("transient", `${modelId}: ${brief(cause)}`, { cause: error, httpStatus: status });
}

function byStatus(modelId: string, status: number, error: unknown): ModelError {
  const said = APICallError.isInstance(error) ? (error.responseBody ?? "") : "";
  const message = `${modelId} answered ${status}: ${brief(error)}`;
  const details = { cause: error, httpStatus: status };
  const text = `${messageOf(error)} ${said}`;
  if (NO_VISION.test(text)) {
    const remedy = "choose a model that looks at pictures";
    return new ModelError("run-fatal", `${modelId} takes no pictures: ${brief(error)}`, { ...details, remedy });
  }
  if (SET_UP.has(status)) return new ModelError("run-fatal", message, { ...details, remedy: KEY_REMEDY });
  if (status === 429 && ACCOUNT.test(text)) {
    return new ModelError("run-fatal", message, {
      ...details,
      remedy: "the account is out of credit or quota: mend that, then resume the run",
    });
  }
  if (OVERLOADED.has(status)) {
    const headers = APICallError.isInstance(error) ? (error.responseHeaders ?? {}) : {};
    return new ModelError("throttled", message, { ...details, retryAfterMs: retryAfterMs(headers, Date.now()) });
  }
  if (status >= 500 || PASSING.has(status)) return new ModelError("transient", message, details);
  if (KEY_OR_MODEL.test(text)) return new ModelError("run-fatal", message, { ...details, remedy: KEY_REMEDY });
  return new ModelError("tile-fatal", message, details);
}

function statusOf(error: unknown): number | undefined {
  if (typeof error !== "object" || error === null || !("statusCode" in error)) return undefined;
  return typeof error.statusCode === "number" ? error.statusCode : undefined;
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}

/** The innermost cause: the SDK wraps what the network said. */
function rootOf(error: unknown): unknown {
  let current = error;
  for (let depth = 0; depth < 8 && current instanceof Error && current.cause !== undefined; depth++) {
    current = current.cause;
  }
  return current;
}

function brief(error: unknown): string {
  const text = messageOf(error).replace(/\s+/g, " ").trim();
  const clean = text.replace(/\b(sk|key|gsk|AIza)[-_]?[\w*-]{8,}/gi, "[key]").replace(/Bearer\s+\S+/gi, "Bearer [key]");
  const code = codeOf(error);
  return (clean || code || "no message").slice(0, 300);
}
