import { format, stripVTControlCharacters } from "node:util";
import { log } from "./log.ts";

/**
 * Takes into the log what libraries print: Next and the workflow's queue chat by `console.log`, and what goes wrong comes by
 * `console.error`. An error keeps its stack.
 */
export function logConsole(): void {
  const told = (level: "debug" | "info" | "warn" | "error") => {
    return (...values: unknown[]): void => {
      if (!log().isLevelEnabled(level)) return;
      const err = values.find((value) => value instanceof Error);
      const text = stripVTControlCharacters(format(...values.filter((value) => value !== err))).trim();
      if (text !== "" || err) log()[level]({ from: "console", ...(err && { err }) }, text || "an error");
    };
  };
  Object.assign(console, {
    debug: told("debug"),
    log: told("info"),
    info: told("info"),
    warn: told("warn"),
    error: told("error"),
  });
  logQueue();
}

/** The workflow's queue writes what goes wrong with its jobs past the console, a text of several lines behind this mark. */
const QUEUE_MARK = "[Graphile Worker] ";
/** Its texts hold whole jobs. */
const LONGEST_TEXT = 2000;

function logQueue(): void {
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    const instead: typeof write = (chunk: string | Uint8Array, ...rest: never[]): boolean => {
      if (typeof chunk !== "string" || !chunk.startsWith(QUEUE_MARK)) return write(chunk, ...rest);
      log().warn({ from: "queue" }, chunk.slice(QUEUE_MARK.length, LONGEST_TEXT).trim());
      return true;
    };
    stream.write = instead;
  }
}
