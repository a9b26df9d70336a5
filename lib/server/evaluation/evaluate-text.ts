import { TesseraError } from "#lib/core/errors.ts";
import { type TextErrors, textErrors } from "#lib/core/evaluation/character-error-rate.ts";
import { requireRun } from "../runs/read-run.ts";
import { readRunText } from "../runs/read-text.ts";

/** How far what a run read is from the truth, over all pages and page by page. */
export type TextEvaluation = TextErrors & { pages: (TextErrors & { page: number })[] };

/** A text is compared in time that grows with its square: a page has a few thousand characters. */
const MOST_CHARACTERS = 200_000;

/**
 * Holds the text of a run against the true one. Form feeds divide the truth into pages, which are those of the run in their order; a
 * truth without any is that of the run's only page. Throws `not-found`, and `bad-input` where the pages do not fit.
 */
export async function evaluateRunText(runId: string, truth: string): Promise<TextEvaluation> {
  const { configuration } = await requireRun(runId);
  const wanted = truth.replace(/\f\s*$/, "").split("\f");
  if (wanted.length !== configuration.pages.length) {
    throw new TesseraError(
      "bad-input",
      `the truth has ${wanted.length} pages, and the run ${configuration.pages.length}`,
      { remedy: "divide the pages of the text by form feeds, as tessera export --format txt does" },
    );
  }
  const pages: TextEvaluation["pages"] = [];
  for (const [position, page] of configuration.pages.entries()) {
    const right = wanted[position] ?? "";
    if (right.length > MOST_CHARACTERS) {
      throw new TesseraError("too-large", `page ${page} of the truth has more than ${MOST_CHARACTERS} characters`);
    }
    const { text } = await readRunText(runId, page);
    pages.push({ page, ...textErrors(text.slice(0, 2 * MOST_CHARACTERS), right) });
  }
  const sum = (count: (errors: TextErrors) => number) => pages.reduce((total, page) => total + count(page), 0);
  const [characters, edits] = [sum((page) => page.characters), sum((page) => page.edits)];
  const [words, wordEdits] = [sum((page) => page.words), sum((page) => page.wordEdits)];
  return {
    ...{ characters, edits, characterErrorRate: characters > 0 ? edits / characters : null },
    ...{ words, wordEdits, wordErrorRate: words > 0 ? wordEdits / words : null },
    pages,
  };
}
