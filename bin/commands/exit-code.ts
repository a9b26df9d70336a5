import { CommanderError } from "commander";
import { messageOf, TesseraError } from "#lib/core/errors.ts";

/** 0 done, 1 failed, 2 bad usage or bad input (contract, section 2). */
export function exitCodeOf(error: unknown): 0 | 1 | 2 {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  return error instanceof TesseraError && error.isCallersFault ? 2 : 1;
}

/** What a person reads of an error: a line, with what to do next; a wrong configuration has a line for each mistake. */
export function describeError(error: unknown): string {
  if (error instanceof CommanderError) return error.message.replace(/^error: /, "").replaceAll(/\s*\n\s*/g, " ");
  const remedy = error instanceof TesseraError && error.remedy ? ` – ${error.remedy}` : "";
  return `${messageOf(error).trim()}${remedy}`;
}
