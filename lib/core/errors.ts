import type { Exchange } from "./detection/exchange.ts";

/**
 * The error hierarchy of Tessera. Every error that a person or a program may meet carries a stable code, what happened
 * and what to do next; `lib/server/access/problem.ts` maps it to HTTP and `bin/commands/exit-code.ts` to exit codes.
 */

/** How an error is answered: `input` is the caller's to mend, `fault` is ours. */
const STATUS = {
  "bad-input": 422,
  "bad-request": 400,
  unauthenticated: 401,
  forbidden: 403,
  "not-found": 404,
  conflict: 409,
  "version-conflict": 412,
  "unsupported-version": 412,
  "too-large": 413,
  "too-many-requests": 429,
  "unsupported-image": 422,
  "moderation-blocked": 409,
  "provider-not-allowed": 409,
  "model-unusable": 422,
  "not-ready": 409,
  "checkpoint-too-large": 500,
  "model-failed": 502,
  "storage-failed": 503,
  "database-unavailable": 503,
  configuration: 500,
  internal: 500,
} as const;

export type ErrorCode = keyof typeof STATUS;

/**
 * An error with a code. `message` says what happened to what; `remedy` says what to do next.
 * Messages reach people and logs: they must never hold a secret.
 */
export class TesseraError extends Error {
  readonly code: ErrorCode;
  readonly remedy: string | undefined;

  constructor(code: ErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = "TesseraError";
    this.code = code;
    this.remedy = options.remedy;
  }

  /** HTTP status that answers this error. */
  get status(): number {
    return STATUS[this.code];
  }

  /** True where the caller's input is at fault (exit code 2, HTTP 4xx). */
  get isCallersFault(): boolean {
    return this.status < 500;
  }
}

/** What crosses a durable checkpoint was over the limit. Names the step, the field and the size. */
export class CheckpointTooLarge extends TesseraError {
  readonly step: string;
  readonly field: string;
  readonly bytes: number;

  constructor(details: { step: string; field: string; bytes: number; limitBytes: number }) {
    super(
      "checkpoint-too-large",
      `${details.field} of step ${details.step} is ${details.bytes} bytes; a checkpoint holds at most ${details.limitBytes}`,
      { remedy: "pass an id or a reference, and read the data inside the step" },
    );
    this.name = "CheckpointTooLarge";
    this.step = details.step;
    this.field = details.field;
    this.bytes = details.bytes;
  }
}

/** What a failed model call means for its tile and its run (architecture: the durable part). */
export type ModelFailureKind = "throttled" | "transient" | "tile-fatal" | "run-fatal";

/** A model call that failed, classified at the adapter. `retryAfterMs` is the provider's own wish, where it stated one. */
export class ModelError extends TesseraError {
  readonly kind: ModelFailureKind;
  readonly retryAfterMs: number | undefined;
  readonly httpStatus: number | undefined;
  /** No answer came within the time allowed. */
  readonly timedOut: boolean;
  /** The model answered, and its answer could not be read, also when it was told so. */
  readonly unreadable: boolean;
  /** What it answered and used all the same, where a hosted model did. */
  exchange: Exchange | undefined;

  constructor(
    kind: ModelFailureKind,
    message: string,
    options: {
      remedy?: string;
      cause?: unknown;
      retryAfterMs?: number | undefined;
      httpStatus?: number | undefined;
      timedOut?: boolean;
      unreadable?: boolean;
    } = {},
  ) {
    super("model-failed", message, options);
    this.name = "ModelError";
    this.kind = kind;
    this.retryAfterMs = options.retryAfterMs;
    this.httpStatus = options.httpStatus;
    this.timedOut = options.timedOut === true;
    this.unreadable = options.unreadable === true;
  }
}

/** The one-line message of anything thrown, for a person. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
