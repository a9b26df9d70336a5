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
}
