import { messageOf, TesseraError } from "#lib/core/errors.ts";
import { processWide } from "#lib/process-wide.ts";

/** Why this process cannot use its database just now, or write to it: for whoever asks, and once for the log. */

/** `start`: the embedded server does not come back; `write`: what should be written is refused. */
type Source = "start" | "write";

const AWAY = "the database does not answer";
const FULL = "the disk of the database is full";

/** Postgres' own code for it, and what stands in its log where it ended over that. */
const DISK_FULL = "53100";
const NO_SPACE = /ENOSPC|no space left/i;
/** Classes 08 (connection), 53 (resources), 57P (shutdown) and 58 (system) of SQLSTATE, and the network's own codes. */
const DATABASE_AWAY = /^(08\w{3}|53\w{3}|57P\d\d|58\w{3}|ECONN\w+|EPIPE|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EAI_AGAIN)$/;
/** What the driver says, without a code, where a connection breaks under a statement or none is to be had. */
const BROKEN_CONNECTION = /connection (terminated|error)|timeout exceeded when trying to connect/i;

function troubles(): Map<Source, string> {
  return processWide("database-troubles", () => new Map<Source, string>());
}

/** What an error of a statement says of the database, in words; null where it says nothing of its being there. */
export function troubleOf(error: unknown): string | null {
  if (!(error instanceof Error)) return null;
  if (error instanceof TesseraError) return error.code === "database-unavailable" ? AWAY : null;
  const code = "code" in error && typeof error.code === "string" ? error.code : null;
  if (code === DISK_FULL) return FULL;
  return (code === null ? BROKEN_CONNECTION.test(error.message) : DATABASE_AWAY.test(code)) ? AWAY : null;
}

/** Notes what stands in the way; logged where it is news. */
export function noteTrouble(source: Source, error: unknown): void {
  const words = source === "write" ? troubleOf(error) : NO_SPACE.test(messageOf(error)) ? FULL : AWAY;
  if (words === null || troubles().get(source) === words) return;
  troubles().set(source, words);
  console.error(`database: ${words}; what models have answered is kept, and written as soon as that is over`);
}

/** Nothing stands in the way any more. */
export function troubleIsOver(source: Source): void {
  if (troubles().delete(source) && troubles().size === 0) console.error("database: it takes what is written again");
}

/** Why the database cannot be used, as far as this process knows, in words; null: it can. */
export function databaseTrouble(): string | null {
  const [first = null, second = null] = [troubles().get("start"), troubles().get("write")];
  return first === FULL || second === null ? first : second;
}
