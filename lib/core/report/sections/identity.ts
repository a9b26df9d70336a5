import type { RunState } from "#lib/core/detection/run.ts";
import { formatBytes, formatCount } from "#lib/core/quantities.ts";
import { digits, type Physical } from "../physical.ts";
import type { Block, Section } from "../report-document.ts";
import type { ReportFacts } from "../report-facts.ts";
import { formatUtc, paragraph, percent } from "../words.ts";

const STATES: Record<RunState, string> = {
  queued: "waits to begin",
  planning: "is being planned",
  running: "is still going on: these are its results so far",
  paused: "is paused: these are its results so far",
  synthesizing: "is being summed up",
  completed: "completed",
  partial: "completed in part: some tiles are missing, see Coverage",
  failed: "failed",
  cancelled: "was cancelled: these are its results until then",
  blocked: "was blocked by moderation",
};

/** What was looked at, in which analysis, and what came of it in short. */
export function identitySection(facts: ReportFacts, physical: Physical): Section {
  const { image, run } = facts;
  const first = image.pages[run.configuration.pages[0] ?? 0] ?? { width: 0, height: 0 };
  const found = facts.classes.reduce((sum, { count }) => sum + count, 0);
  const blocks: Block[] = [
    {
      kind: "facts",
      rows: [
        { name: "Image", value: image.name },
        { name: "SHA-256", value: image.sha256 ?? "–" },
        { name: "File", value: `${image.format ?? "unknown format"}, ${formatBytes(image.bytes ?? 0)}` },
        { name: "Size", value: sizeOf(facts, first, physical) },
        { name: "Scale", value: scaleOf(facts) },
        { name: "Analysis", value: `${run.presetTitle}, ${STATES[run.state]}` },
        { name: "Run", value: run.id },
        { name: "Findings", value: `${formatCount(found)}, of ${classCount(facts)}` },
        { name: "As of", value: formatUtc(facts.asOf) },
      ],
    },
  ];
  if (run.reason !== null) blocks.push(paragraph(run.reason, "warn"));
  const narrowed = narrowedBy(facts);
  if (narrowed) blocks.push(paragraph(narrowed, "warn"));
  return { id: "identity", title: "Image and analysis", blocks };
}

function classCount({ classes }: ReportFacts): string {
  const present = classes.filter(({ count }) => count > 0).length;
  return `${formatCount(present)} ${present === 1 ? "class" : "classes"}`;
}

function sizeOf(
  { image }: ReportFacts,
  { width, height }: { width: number; height: number },
  physical: Physical,
): string {
  const pixels = `${formatCount(width)} × ${formatCount(height)} px`;
  const pages = image.pages.length > 1 ? `${formatCount(image.pages.length)} pages, the first looked at ` : "";
  if (image.pixelMetres === null) return pages + pixels;
  return `${pages}${pixels}, ${physical.length(width)} × ${physical.length(height)}`;
}

function scaleOf({ image: { scale, magnification, pixelMetres } }: ReportFacts): string {
  if (scale === null) return "not known: sizes are in pixels";
  const objective = magnification === null ? "" : `, ${magnification}× objective`;
  if ("micronsPerPixel" in scale) return `${digits(scale.micronsPerPixel)} µm per pixel${objective}`;
  const crs = scale.crs.length > 40 ? "a CRS of its own" : scale.crs;
  const metres = pixelMetres ? `${digits(pixelMetres.width)} × ${digits(pixelMetres.height)} m per pixel, ` : "";
  return `${metres}${crs}`;
}

const SOURCES = { model: "what a model found", person: "what people drew", import: "what was imported" } as const;

function narrowedBy({ narrowed }: ReportFacts): string | null {
  const { label, minScore, labelScores = {}, page, source, minSide, maxSide } = narrowed;
  const parts = [
    label === undefined ? [] : `${label.length === 1 ? "the class" : "the classes"} ${label.join(", ")}`,
    minScore === undefined ? [] : `certainty of ${percent(minScore)} or more`,
    Object.entries(labelScores).map(([name, least]) => `${name} from ${percent(least)} on`),
    source === undefined ? [] : SOURCES[source],
    minSide === undefined ? [] : `a longer side of ${digits(minSide)} px or more`,
    maxSide === undefined ? [] : `a longer side of ${digits(maxSide)} px at most`,
    page === undefined ? [] : `page ${page + 1}`,
  ].flat();
  return parts.length === 0 ? null : `This report tells of a part of the findings alone: ${parts.join("; ")}.`;
}
