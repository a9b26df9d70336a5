import { ModelError, messageOf, TesseraError } from "#lib/core/errors.ts";

/** Whether an error is about the whole run: every tile would meet it. */
export function isAboutRun(error: unknown): boolean {
  if (error instanceof ModelError) return error.kind === "run-fatal";
  return error instanceof TesseraError && (error.code === "storage-failed" || error.code === "not-found");
}

/** What happened and what to do next, in one sentence for whoever can act. */
export function remedyOf(error: unknown): string {
  const remedy = error instanceof TesseraError ? error.remedy : undefined;
  return remedy ? `${messageOf(error)}: ${remedy}` : messageOf(error);
}
