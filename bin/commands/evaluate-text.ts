import { readFile } from "node:fs/promises";
import { messageOf, TesseraError } from "#lib/core/errors.ts";
import type { TextErrors } from "#lib/core/evaluation/character-error-rate.ts";
import { evaluateRunText } from "#lib/server/evaluation/evaluate-text.ts";

/** Prints how far the text that a run read is from that of a file. The installation is open. */
export async function evaluateText(runId: string, file: string, json: boolean): Promise<void> {
  const evaluation = await evaluateRunText(runId, await textOf(file));
  if (json) {
    process.stdout.write(`${JSON.stringify(evaluation)}\n`);
    return;
  }
  for (const page of evaluation.pages) process.stdout.write(line(`page ${page.page}`, page));
  if (evaluation.pages.length > 1) process.stdout.write(line("all pages", evaluation));
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, "utf8");
  } catch (cause) {
    throw new TesseraError("bad-input", `${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
}

function line(name: string, { characters, edits, characterErrorRate, words, wordErrorRate }: TextErrors): string {
  const rate = (value: number | null): string => (value === null ? "–" : value.toFixed(4));
  return `${name}: character error rate ${rate(characterErrorRate)} (${edits} of ${characters}), word error rate ${rate(wordErrorRate)} of ${words}\n`;
}
