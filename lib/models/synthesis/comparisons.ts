import type { FactSheet } from "./fact-sheet.ts";
import { labelsIn, type Mention, type RegionName, regionsIn } from "./mentions.ts";

/** How much in words that no fact holds: a share, a multiple, a crowd. */
const VAGUE =
  /\b(?:(?:hundred|thousand|million|billion|dozen)s?(?: of)?|half|halves|thirds?|quarters?|fifths?|tenths?|several|many|numerous|few|handful|countless|plenty|lots?|majority|minority|twice|thrice|double[ds]?|triple[ds]?|\w+fold|percentage|at most|at least|up to|average[ds]?)\b/;
/** What is said of each and every one cannot be read from counts. */
const UNIVERSAL = /\b(?:only|solely|exclusively|every|each|entirely|always|never|nowhere|everywhere|none)\b/;
/** Places that the facts do not know. */
const ELSEWHERE =
  /\b(?:north|south|east|west)(?:ern|east|west|eastern|western)?\b|\b(?:left|right|upper|lower|top|bottom)[- ](?:half|side|edge|third|part|border|margin)\b/;
const SUPERLATIVE =
  /\b(?:fewest|least|rarest|commonest|densest|fullest|busiest|emptiest|most \w+|predominant\w*|dominat\w*|mainly|mostly)\b/;

type Reading = { plain: string; sheet: FactSheet; labels: Mention<string>[]; regions: Mention<RegionName>[] };

/** A comparison, a share or a place of a plain text that the facts do not bear out, as a reason; null where there is none. */
export function wrongComparison(text: string, sheet: FactSheet): string | null {
  const reading: Reading = { plain: text, sheet, labels: labelsIn(text, sheet), regions: regionsIn(text) };
  const plain = withoutProven(reading);
  for (const [pattern, why] of [
    [VAGUE, "is not a number of the facts"],
    [UNIVERSAL, "is more than the facts say"],
    [ELSEWHERE, "is no place of the facts"],
    [/\bthan\b/, "compares what the facts do not"],
    [SUPERLATIVE, "is not borne out by the facts"],
    [/\b(?:most|all)\b/, "is not borne out by the facts"],
  ] as const) {
    const found = pattern.exec(plain);
    if (found) return `"${found[0]}" ${why}`;
  }
  return emptyRegion(reading);
}

/** The text without the comparisons that the facts bear out. */
function withoutProven(reading: Reading): string {
  const { plain, sheet } = reading;
  const count = (label: string | undefined): number => sheet.labels.find((one) => one.label === label)?.count ?? 0;
  let rest = plain;
  const [first, second] = reading.labels.map(({ what }) => what);
  const compared = /\b(more|fewer|less)\b[^,;.]*\bthan\b/.exec(plain);
  if (
    compared &&
    first !== undefined &&
    second !== undefined &&
    reading.labels.length === 2 &&
    reading.regions.length === 0
  ) {
    const holds = compared[1] === "more" ? count(first) > count(second) : count(first) < count(second);
    if (holds) rest = rest.replace(/\bthan\b/, " ");
  }
  const [region] = reading.regions;
  if (
    /\bmost of (?:them|the|these)\b|\bmost \p{L}+ (?:are|lie|is|stand)\b|\bmostly\b|\bmainly\b/u.test(plain) &&
    region
  ) {
    const found = sheet.regions.find(({ name }) => name === region.what);
    const [part, all] =
      first === undefined ? [found?.count ?? 0, sheet.atHand] : [found?.byLabel[first] ?? 0, count(first)];
    if (2 * part > all) rest = rest.replace(/\b(?:most(?: of)?|mostly|mainly)\b/g, " ");
  }
  // "All tiles were analysed" is the number check's; all of a kind in one place is ours.
  if (!region || holdsAll(reading, region.what)) rest = rest.replace(/\ball\b/g, " ");
  if (/\bmost (?:common|frequent|abundant)\b/.test(plain) && first !== undefined && first === sheet.labels[0]?.label) {
    if (first !== second && sheet.labels[1]?.count !== count(first))
      rest = rest.replace(/\bmost (?:common|frequent|abundant)\b/g, " ");
  }
  if (/\b(?:densest|fullest|busiest)\b/.test(plain) && region && region.what === sheet.regions[0]?.name) {
    if (sheet.regions[1]?.count !== sheet.regions[0].count)
      rest = rest.replace(/\b(?:densest|fullest|busiest)\b/g, " ");
  }
  return rest;
}

/** Whether all findings, or all of the label that is spoken of, lie in a region. */
function holdsAll({ sheet, labels }: Reading, name: RegionName): boolean {
  const found = sheet.regions.find((region) => region.name === name);
  const label = labels[0]?.what;
  if (label === undefined) return found?.count === sheet.atHand;
  return found?.byLabel[label] === sheet.labels.find((one) => one.label === label)?.count;
}

/** A label that is said to lie where it does not. A count of 0 there says just that, and is the number check's. */
function emptyRegion({ plain, sheet, labels, regions }: Reading): string | null {
  for (const clause of clausesOf(plain)) {
    const inClause = <T>(mention: Mention<T>): boolean => mention.start >= clause.start && mention.end <= clause.end;
    const [here, there] = [labels.filter(inClause), regions.filter(inClause)];
    if (/\b0\b/.test(plain.slice(clause.start, clause.end))) continue;
    for (const { what: name } of there) {
      const region = sheet.regions.find((one) => one.name === name);
      const empty = here.find(({ what }) => (region?.byLabel[what] ?? 0) === 0);
      if (empty) return `there is no ${empty.what} in the ${name}`;
      if (!region) return `there is nothing in the ${name}`;
    }
  }
  return null;
}

function clausesOf(plain: string): { start: number; end: number }[] {
  return [...plain.matchAll(/[^,;.]+/g)].map(({ index, 0: text }) => ({ start: index, end: index + text.length }));
}
