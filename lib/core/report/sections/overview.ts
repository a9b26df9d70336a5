import { formatCount, plural } from "#lib/core/quantities.ts";
import { overviewMarks } from "../overview-marks.ts";
import type { Physical } from "../physical.ts";
import type { Block, Section } from "../report-document.ts";
import type { PageFacts, ReportFacts } from "../report-facts.ts";
import { paragraph } from "../words.ts";

/** The picture with its findings, page by page, and what the scene says of it. */
export function overviewSection(facts: ReportFacts, physical: Physical): Section {
  const blocks: Block[] = [];
  const { scene } = facts.run;
  if (scene) {
    for (const { text } of scene.sentences) blocks.push(paragraph(text));
    blocks.push(
      paragraph(`Written by ${scene.model} from the findings as they were when the analysis ended.`, "quiet"),
    );
  }
  for (const page of facts.pages) blocks.push(pictureOf(page, facts, physical));
  if (facts.pagesLeftOut > 0) {
    blocks.push(paragraph(`${formatCount(facts.pagesLeftOut)} more pages are not shown here.`, "quiet"));
  }
  return { id: "overview", title: "Overview", blocks };
}

function pictureOf(page: PageFacts, { image, run }: ReportFacts, physical: Physical): Block {
  const { marks, legend } = overviewMarks(page, run.configuration.colours ?? {});
  const cells = page.cells ? `; cells are ${physical.length(page.cells.side)} wide` : "";
  const found = plural(page.count, "finding");
  return {
    kind: "picture",
    region: { page: page.page, x: 0, y: 0, width: page.width, height: page.height },
    marks,
    legend,
    caption: image.pages.length > 1 ? `Page ${page.page + 1}: ${found}${cells}` : `${found}${cells}`,
  };
}
