import type { PoolClient } from "pg";
import { pagesWithWords } from "#db/queries/words.ts";
import type { ReportFacts } from "#lib/core/report/report-facts.ts";
import { plainText } from "#lib/core/text/page-text.ts";
import { textOfPage } from "../runs/read-text.ts";

/** The text of so many pages is told. */
const MOST_PAGES = 20;

/** What stands on the pages of a run, or on one of them, line by line. */
export async function readTranscripts(
  client: PoolClient,
  runId: string,
  only: number | undefined,
): Promise<Pick<ReportFacts, "transcripts" | "transcriptsLeftOut">> {
  const all = await pagesWithWords(client, runId, 0);
  const pages = only === undefined ? all : all.filter((page) => page === only);
  const transcripts: ReportFacts["transcripts"][number][] = [];
  for (const page of pages.slice(0, MOST_PAGES)) {
    transcripts.push({ page, lines: plainText(await textOfPage(client, runId, page)).split("\n") });
  }
  return { transcripts, transcriptsLeftOut: Math.max(0, pages.length - MOST_PAGES) };
}
