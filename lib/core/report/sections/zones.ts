import { type ClassColours, classColour } from "#lib/core/detection/class-colour.ts";
import { formatCount } from "#lib/core/quantities.ts";
import type { Physical } from "../physical.ts";
import type { Cell, Section } from "../report-document.ts";
import type { ReportFacts, ZoneFacts } from "../report-facts.ts";
import { paragraph } from "../words.ts";

/** Counts and areas of the zones that were drawn or imported; none: no section. */
export function zonesSection(facts: ReportFacts, physical: Physical): Section[] {
  if (facts.zones.length === 0) return [];
  const rows = facts.zones.flatMap((zone, index) => rowsOf(zone, index, physical, facts.run.configuration.colours));
  const left = facts.zonesLeftOut;
  return [
    {
      id: "zones",
      title: "Zones",
      blocks: [
        {
          kind: "table",
          caption:
            "Findings whose middle lies in an area that was drawn or imported under another name than the findings have",
          columns: [
            { title: "Zone", align: "left", share: 0.3 },
            { title: "Area", align: "right", share: 0.18 },
            { title: "Class", align: "left", share: 0.22 },
            { title: "Findings", align: "right", share: 0.12 },
            { title: "Density", align: "right", share: 0.18 },
          ],
          rows,
        },
        ...(left > 0 ? [paragraph(`${formatCount(left)} smaller zones are not listed.`, "quiet")] : []),
      ],
    },
  ];
}

function rowsOf(
  { label, source, page, areaPx, counts }: ZoneFacts,
  index: number,
  physical: Physical,
  colours: ClassColours | undefined,
): Cell[][] {
  const made = source === "person" ? "drawn" : "imported";
  const name = `${index + 1}. ${label}, ${made}${page > 0 ? `, page ${page + 1}` : ""}`;
  const area = physical.area(areaPx);
  if (counts.length === 0) return [[{ text: name }, { text: area }, { text: "none" }, { text: "0" }, { text: "–" }]];
  return counts.map(({ label: found, count }, at) => [
    { text: at === 0 ? name : "" },
    { text: at === 0 ? area : "" },
    { text: found, colour: classColour(found, colours) },
    { text: formatCount(count) },
    { text: physical.density(count, areaPx) },
  ]);
}
