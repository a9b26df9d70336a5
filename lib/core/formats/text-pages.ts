import { type PageText, pageText } from "../text/page-text.ts";
import type { Word } from "../text/word.ts";
import type { CarriedFinding } from "./format.ts";

/** A page with its text in the order of reading, also where nothing stands on it. */
export type WrittenPage = { page: number; text: PageText };

/**
 * The pages of a document one after the other. The order of reading depends on all words of a page, so one page is held at a time;
 * findings without a text are left out. Findings come in order of page.
 */
export async function* textPages(pages: number, findings: AsyncIterable<CarriedFinding>): AsyncGenerator<WrittenPage> {
  let page = 0;
  let words: Word[] = [];
  for await (const { page: at, id, text, score, box, geometry } of findings) {
    while (page < at) {
      yield { page, text: pageText(words) };
      words = [];
      page += 1;
    }
    if (text) words.push({ id, text, score, box, geometry });
  }
  for (; page < pages || words.length > 0; page++) {
    yield { page, text: pageText(words) };
    words = [];
  }
}
