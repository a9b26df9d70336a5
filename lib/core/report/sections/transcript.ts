import { formatCount } from "#lib/core/quantities.ts";
import type { Block, Section } from "../report-document.ts";
import type { ReportFacts } from "../report-facts.ts";
import { paragraph } from "../words.ts";

/** The text of a document as it was read; none: no section. */
export function transcriptSection({ transcripts, transcriptsLeftOut }: ReportFacts): Section[] {
  if (transcripts.length === 0) return [];
  const blocks: Block[] = transcripts.map(({ page, lines }) => {
    return { kind: "transcript", title: `Page ${page + 1}`, lines };
  });
  if (transcriptsLeftOut > 0) {
    const left = formatCount(transcriptsLeftOut);
    blocks.push(paragraph(`The text of ${left} more pages leaves as plain text, hOCR or ALTO.`, "quiet"));
  }
  return [{ id: "text", title: "Text", blocks }];
}
