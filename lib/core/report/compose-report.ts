import { physicalOf } from "./physical.ts";
import type { ReportDocument } from "./report-document.ts";
import type { ReportFacts } from "./report-facts.ts";
import { countsSection } from "./sections/counts.ts";
import { coverageSection } from "./sections/coverage.ts";
import { cropsSection } from "./sections/crops.ts";
import { identitySection } from "./sections/identity.ts";
import { methodSection } from "./sections/method.ts";
import { overviewSection } from "./sections/overview.ts";
import { reviewSection } from "./sections/review.ts";
import { transcriptSection } from "./sections/transcript.ts";
import { zonesSection } from "./sections/zones.ts";
import { formatUtc } from "./words.ts";

/** Makes the report of a run of what is known of it: the same facts always make the same report. */
export function composeReport(facts: ReportFacts): ReportDocument {
  const physical = physicalOf(facts.image.pixelMetres);
  return {
    imageId: facts.image.id,
    runId: facts.run.id,
    heading: facts.heading,
    title: facts.image.name,
    subtitle: `${facts.run.presetTitle}, ${formatUtc(facts.run.finishedAt ?? facts.run.createdAt)}`,
    asOf: facts.asOf,
    sections: [
      identitySection(facts, physical),
      overviewSection(facts, physical),
      countsSection(facts, physical),
      ...zonesSection(facts, physical),
      reviewSection(facts),
      ...cropsSection(facts, physical),
      ...transcriptSection(facts),
      coverageSection(facts, physical),
      methodSection(facts),
    ],
  };
}
