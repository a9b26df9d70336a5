import { type Logger, pino, stdTimeFunctions } from "pino";
import { environment } from "#lib/config/env.ts";
import { processWide } from "#lib/process-wide.ts";
import { requestFields } from "../http/request-scope.ts";
import { describeError } from "./describe-error.ts";
import { withoutSecrets } from "./scrub.ts";

/**
 * The process' log: one line of JSON for each thing that happened, on standard error, without secrets. Ids are told as `request`,
 * `run`, `tile`, `attempt`, `image`, `model`; times in milliseconds end in `Ms`; an error is `err`. A command of the command line says
 * what it has to say by itself: its log is silent unless `TESSERA_LOG_LEVEL` asks for it.
 */
export function log(): Logger {
  return processWide("log", () => makeLog((line) => process.stderr.write(line), environment().logLevel ?? "silent"));
}

/** The log of a server: from `info` on, unless `TESSERA_LOG_LEVEL` says otherwise. */
export function startLog(): Logger {
  const logger = log();
  logger.level = environment().logLevel ?? "info";
  return logger;
}

/** A log that gives its lines, each ended, to `write`. */
export function makeLog(write: (line: string) => void, level: string): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: (error: unknown) => describeError(error) },
      mixin: requestFields,
    },
    { write: (line: string) => write(withoutSecrets(line)) },
  );
}
