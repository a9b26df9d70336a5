/** So many causes are followed. */
const DEPTH = 4;

export type DescribedError = {
  type: string;
  message: string;
  code?: string;
  remedy?: string;
  stack?: string;
  cause?: DescribedError;
};

/** What of an error goes into the log: not whatever a library hangs on it, which may be a whole request with its pictures. */
export function describeError(error: unknown, depth = DEPTH): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const code = "code" in error && typeof error.code === "string" ? error.code : undefined;
  const remedy = "remedy" in error && typeof error.remedy === "string" ? error.remedy : undefined;
  return {
    type: error.name,
    message: error.message,
    ...(code !== undefined && { code }),
    ...(remedy !== undefined && { remedy }),
    ...(error.stack !== undefined && { stack: error.stack }),
    ...(error.cause !== undefined && depth > 1 && { cause: describeError(error.cause, depth - 1) }),
  };
}
