import { classColour, type Rgb } from "#lib/core/detection/class-colour.ts";
import { formatCount, plural } from "#lib/core/quantities.ts";
import { cropRegion } from "../crop-region.ts";
import type { Drawing } from "../drawing.ts";
import type { Physical } from "../physical.ts";
import type { CropCard, PictureRegion, Section } from "../report-document.ts";
import type { CropChoice, ReportedFinding, ReportFacts } from "../report-facts.ts";
import { paragraph, percent } from "../words.ts";

const CHOSEN: Record<CropChoice, string> = {
  top: "those that the model is most certain of",
  accepted: "accepted ones, the most certain first",
  sample: "a sample that their ids alone decide, whatever they are",
};
const DECIDED = { accepted: "accepted", rejected: "rejected", unreviewed: "not reviewed" } as const;

/** Findings one by one, with their crops. */
export function cropsSection(facts: ReportFacts, physical: Physical): Section[] {
  const { choice, findings } = facts.crops;
  if (findings.length === 0) return [];
  const cards = findings.map((finding, index) => cardOf(finding, index, facts, physical));
  const told = `${plural(findings.length, "finding")}: ${CHOSEN[choice]}. Positions are those of the box's corner in pixels.`;
  return [{ id: "findings", title: "Findings", blocks: [paragraph(told, "quiet"), { kind: "crops", cards }] }];
}

function cardOf(finding: ReportedFinding, index: number, facts: ReportFacts, physical: Physical): CropCard {
  const { id, page, label, score, review, text, box } = finding;
  const [x, y, width, height] = box;
  const colour = classColour(label, facts.run.configuration.colours);
  const size = facts.image.pages[page] ?? { width: 1, height: 1 };
  const region = cropRegion(box, { index: page, width: size.width, height: size.height });
  const where = `${formatCount(Math.round(x))}, ${formatCount(Math.round(y))}${page > 0 ? `, page ${page + 1}` : ""}`;
  return {
    id,
    region,
    frame: frameOf(finding, region, colour),
    title: `${index + 1}. ${text === null ? label : `“${text}”`}`,
    colour,
    lines: [
      `${score === null ? "by hand" : percent(score)}, ${DECIDED[review]}`,
      `${physical.length(width)} × ${physical.length(height)}`,
      `at ${where}`,
    ],
  };
}

function frameOf({ box: [x, y, width, height], label }: ReportedFinding, region: PictureRegion, stroke: Rgb): Drawing {
  return {
    width: region.width,
    height: region.height,
    description: `${label} with what is beside it`,
    marks: [
      {
        kind: "rectangle",
        ...{ x: x - region.x, y: y - region.y, width, height },
        stroke,
        strokeWidth: Math.max(region.width, region.height) / 70,
      },
    ],
  };
}
