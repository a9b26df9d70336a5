import type { FactSheet } from "./fact-sheet.ts";
import { labelsIn, type Mention, type RegionName, regionsIn } from "./mentions.ts";

const NUMBER = /(?<![\p{L}\p{N}.])(\d{1,3}(?:,\d{3})+|\d+)(\.\d+)?(\s?%|\s?percent\b)?/gu;
const PIXELS = /^\s*(pixels?|px)\b/;
const LENGTH = /^\s*(?:([µμu]m|microns?|micromet(?:re|er)s?)|m|met(?:re|er)s?)(?![\p{L}\p{N}²/])/u;
const AREA = /^\s*(?:([mk]?m)(?:²|2\b)|square (millimet|kilomet|met))/;
const PER_AREA = /^[\p{L}\s]{0,40}?\bper (?:([mk]?m)(?:²|2\b)|square (millimet|kilomet|met))/u;
/** Things the facts say nothing of. */
const OTHER_UNIT =
  /^\s*(?:[µμunck]?m\b|(?:centi|milli|micro|nano|kilo)?(?:metres?|meters?|grams?)\b|microns?\b|inch(?:es)?\b|feet\b|ft\b|miles?\b|hectares?\b|acres?\b|years?\b|days?\b|hours?\b|minutes?\b|seconds?\b|degrees?\b|°|dpi\b|kg\b|tons?\b|times\b|x\b|fold\b|-fold\b|[€$£])/;
const GENERIC = /^(?:\s+\p{L}+){0,2}?\s+(findings?|objects?|detections?|things|items|instances?)\b/u;
const TILES = /^(?:\s+of(?:\s+\p{L}+)?\s+\d+)?(?:\s+\p{L}+){0,2}?\s+tiles?\b/u;
/** What a part is a part of: "9 of 14 cars". */
const WHOLE = /\bof(?: (?:the|all))?\s*$/;
const SURE = /\b(scores?|scored|confiden\w+|certain\w*|sure\w*)\b/;

type Claim = { token: string; value: number; decimals: number; percent: boolean; start: number; end: number };
type Reading = {
  plain: string;
  sheet: FactSheet;
  labels: Mention<string>[];
  regions: Mention<RegionName>[];
  scores: readonly number[];
};

/**
 * The first number of a plain text that the facts do not hold for what it stands beside: a label, a region, a unit, tiles, a score. As a
 * reason; null where there is none.
 */
export function wrongNumberIn(plain: string, sheet: FactSheet, scores: readonly number[]): string | null {
  const reading = { plain, sheet, labels: labelsIn(plain, sheet), regions: regionsIn(plain), scores };
  for (const claim of claimsIn(plain)) {
    if (!knownValues(claim, reading).some((known) => roundsTo(known, claim)))
      return `${claim.token} is not in the facts`;
  }
  return null;
}

function claimsIn(plain: string): Claim[] {
  return [...plain.matchAll(NUMBER)].map(({ 0: token, 1: whole = "", 2: fraction = "", 3: sign, index }) => {
    const percent = sign !== undefined;
    const value = Number(whole.replaceAll(",", "") + fraction) / (percent ? 100 : 1);
    const decimals = Math.max(0, fraction.length - 1) + (percent ? 2 : 0);
    return { token: token.trim(), value, decimals, percent, start: index, end: index + token.length };
  });
}

function roundsTo(known: number, { value, decimals }: Claim): boolean {
  return Math.abs(known - value) <= 0.5 * 10 ** -decimals + 1e-9;
}

/** What the facts hold for the place at which a number stands. */
function knownValues(claim: Claim, reading: Reading): number[] {
  const { plain, sheet } = reading;
  const rest = plain.slice(claim.end);
  // "40 to 60 pixels": what follows the range holds for both of its ends.
  const behind = rest.replace(/^\s*(?:to|and|–|-|up to)\s*[\d.,]+/, "");
  const isWhole = WHOLE.test(plain.slice(0, claim.start));
  if (claim.percent) return SURE.test(plain) ? meansOf(claim, reading) : [];
  const perArea = PER_AREA.exec(behind);
  if (perArea) return sheet.density !== null && unitOf(perArea) === sheet.area?.unit ? [sheet.density] : [];
  const area = AREA.exec(behind);
  if (area) return sheet.area && unitOf(area) === sheet.area.unit ? [sheet.area.value] : [];
  if (PIXELS.test(behind)) return pixelsOf(claim, reading);
  const length = LENGTH.exec(behind);
  if (length) return lengthsOf(length[1] === undefined ? "m" : "µm", claim, reading);
  if (OTHER_UNIT.test(behind) || /[€$£]\s*$/.test(plain.slice(0, claim.start))) return [];
  if (isWhole && TILES.test(rest)) return [sheet.tiles.total];
  if (TILES.test(rest) || /^\s+(?:of\s+\d+\s+)?(?:failed|were not|was not)/.test(rest)) return tilesOf(rest, sheet);
  if (claim.decimals > 0) return SURE.test(plain) ? scoresOf(claim, reading) : [];
  return countsOf(claim, isWhole ? { ...reading, regions: [] } : reading);
}

function unitOf([, short, long]: RegExpExecArray): string {
  const length = short ?? { millimet: "mm", kilomet: "km", met: "m" }[long ?? ""];
  return `${length}²`;
}

/** The mean score of the label that is spoken of; of all where none is. */
function meansOf(claim: Claim, reading: Reading): number[] {
  const label = next(claim, reading) ?? last(claim, reading);
  return reading.sheet.labels.filter((one) => label === null || one.label === label).map(({ meanScore }) => meanScore);
}

/** Scores of single findings are told of no label, and of no mean. */
function scoresOf(claim: Claim, reading: Reading): number[] {
  const isSingle = reading.labels.length === 0 && !/\bmean\b/.test(reading.plain);
  return isSingle ? [...meansOf(claim, reading), ...reading.scores] : meansOf(claim, reading);
}

/** Sides of the objects that are spoken of; of the picture where it is. */
function pixelsOf(claim: Claim, reading: Reading): number[] {
  const { plain, sheet } = reading;
  const label = last(claim, reading) ?? next(claim, reading);
  if (label === null) return /\b(picture|image|scan|slide|page)\b/.test(plain) ? [sheet.widthPx, sheet.heightPx] : [];
  return sheet.labels
    .filter((one) => one.label === label)
    .flatMap(({ longerSidePx }) => (longerSidePx ? Object.values(longerSidePx) : []));
}

/** The same in µm or metres, where that is what they are known in. */
function lengthsOf(unit: "µm" | "m", claim: Claim, reading: Reading): number[] {
  const label = last(claim, reading) ?? next(claim, reading);
  return reading.sheet.labels.flatMap(({ label: own, longerSide }) => {
    if (own !== label || longerSide?.unit !== unit) return [];
    return [longerSide.smallest, longerSide.median, longerSide.largest];
  });
}

/** The label behind a number, before any other. */
function next({ end }: Claim, { plain, labels }: Reading): string | null {
  const other = /\d/.exec(plain.slice(end));
  const until = other ? end + other.index : plain.length;
  return labels.find((mention) => mention.start >= end && mention.start < until)?.what ?? null;
}

/** The last label before a number. */
function last({ start }: Claim, { labels }: Reading): string | null {
  return labels.findLast((mention) => mention.end <= start)?.what ?? null;
}

function tilesOf(rest: string, { tiles }: FactSheet): number[] {
  const clause = /^[^,;.]*/.exec(rest)?.[0] ?? "";
  if (/\bfailed\b/.test(clause))
    return /^\s+of\s/.test(rest) ? [tiles.failed] : [tiles.failed, ...allTiles(rest, tiles.total)];
  if (/\bnot (looked|analy[sz]ed|seen)\b|\bmissing\b/.test(clause)) return [tiles.notAnalysed];
  if (/\b(analy[sz]ed|looked at|read)\b/.test(clause)) return [tiles.analysed];
  return [tiles.total, tiles.analysed];
}

/** "of 9 tiles, 2 failed": the number of tiles is told first. */
function allTiles(rest: string, total: number): number[] {
  return /^\s+tiles?\s*,/.test(rest) ? [total] : [];
}

/** Counts: of the label beside the number, in the region that the clause names, or over all. */
function countsOf(claim: Claim, reading: Reading): number[] {
  const { sheet } = reading;
  const regions = regionsOf(claim, reading);
  const label = labelBeside(claim, reading);
  if (label === null) {
    const isGeneric = GENERIC.test(reading.plain.slice(claim.end));
    if (isGeneric) return regions.length > 0 ? inRegions(regions, sheet, null) : [sheet.total, sheet.atHand];
    // A bare number: of the label that the sentence is about, or of everything in the region.
    const named = [...new Set(reading.labels.map(({ what }) => what))];
    if (regions.length > 0)
      return named.length === 1 ? inRegions(regions, sheet, named[0] ?? null) : inRegions(regions, sheet, null);
    return named.length === 1 ? countOf(sheet, named[0]) : [];
  }
  return regions.length > 0 ? inRegions(regions, sheet, label) : countOf(sheet, label);
}

function countOf(sheet: FactSheet, label: string | undefined): number[] {
  return sheet.labels.filter((one) => one.label === label).map(({ count }) => count);
}

function inRegions(names: readonly RegionName[], { regions }: FactSheet, label: string | null): number[] {
  return names.map((name) => {
    const region = regions.find((one) => one.name === name);
    return (label === null ? region?.count : region?.byLabel[label]) ?? 0;
  });
}

/** The label that a number counts: the next one behind it in its clause, before any other number; else the one right before it. */
function labelBeside({ start, end }: Claim, { plain, labels }: Reading): string | null {
  const stop = /[,;.:()]|\d|\b(?:of|and|in|on|at|with|per)\b/.exec(plain.slice(end));
  const until = stop ? end + stop.index : plain.length;
  const behind = labels.find((mention) => mention.start >= end && mention.start < until);
  if (behind) return behind.what;
  const before = labels.findLast((mention) => mention.end <= start);
  const between = before && plain.slice(before.end, start);
  return before &&
    /^\s*(?::|=|\(|(?:number|count|total|is|are|was|were|amount to|make up|come to|counted|found)\s*){1,3}\s*$/.test(
      between ?? "",
    )
    ? before.what
    : null;
}

/** Regions that a number is said of: the next behind it, before another number; else those before it in its clause. */
function regionsOf({ start, end }: Claim, { plain, regions }: Reading): RegionName[] {
  const stop = /\d|[,;.]/.exec(plain.slice(end));
  const until = stop ? end + stop.index : plain.length;
  const behind = regions.filter((mention) => mention.start >= end && mention.start < until);
  if (behind.length > 0) return behind.slice(0, 1).map(({ what }) => what);
  const from = Math.max(...[",", ";", "."].map((mark) => plain.lastIndexOf(mark, start)));
  return regions.filter((mention) => mention.end <= start && mention.start > from).map(({ what }) => what);
}
