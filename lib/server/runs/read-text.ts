import { pool } from "#db/client.ts";
import { pagesWithWords, wordsOfPage } from "#db/queries/words.ts";
import type { RunText, RunTextHit, TextSearch } from "#lib/core/api/text.ts";
import { lineText, type PageText, pageText, plainText } from "#lib/core/text/page-text.ts";
import { searchPage } from "#lib/core/text/search-text.ts";
import { boundsOfWords, type Word } from "#lib/core/text/word.ts";
import { requireRun } from "./read-run.ts";

/** The text of a page of a run, put in the order of reading. Throws `not-found` where there is no such run. */
export async function readRunText(runId: string, page: number): Promise<RunText> {
  await requireRun(runId);
  const text = await textOfPage(pool(), runId, page);
  const paragraphs = text.paragraphs.map(({ box, lines }) => ({
    box,
    lines: lines.map((line) => ({ text: lineText(line), box: line.box, words: line.words.map(toAnswer) })),
  }));
  return { page, text: plainText(text), angle: text.angle, paragraphs };
}

/** Where a text stands on the pages of a run, page by page in the order of reading. Throws `not-found`. */
export async function searchRunText(
  runId: string,
  { q, page, cursor, limit }: TextSearch,
): Promise<{ items: RunTextHit[]; nextCursor: string | null }> {
  await requireRun(runId);
  const [from = 0, seen = 0] = cursor?.split("-").map(Number) ?? [];
  const pages = page === undefined ? await pagesWithWords(pool(), runId, from) : [page];
  const items: RunTextHit[] = [];
  for (const at of pages) {
    const skipped = at === from ? seen : 0;
    const hits = searchPage(await textOfPage(pool(), runId, at), q).slice(skipped);
    const room = limit - items.length;
    for (const { words, before, match, after } of hits.slice(0, room)) {
      items.push({ page: at, box: boundsOfWords(words), findings: words.map(idOf), before, match, after });
    }
    if (hits.length > room) return { items, nextCursor: `${at}-${skipped + room}` };
  }
  return { items, nextCursor: null };
}

/** The words of a page of a run, put in the order of reading. */
export async function textOfPage(
  client: Parameters<typeof wordsOfPage>[0],
  runId: string,
  page: number,
): Promise<PageText> {
  const rows = await wordsOfPage(client, runId, page);
  return pageText(rows.map(({ x, y, width, height, ...word }): Word => ({ ...word, box: [x, y, width, height] })));
}

function toAnswer(word: Word): RunText["paragraphs"][number]["lines"][number]["words"][number] {
  return { id: idOf(word), text: word.text, box: word.box, score: word.score };
}

function idOf({ id }: Word): string {
  if (id === undefined) throw new Error("a word of the database has no id");
  return id;
}
