import { z } from "zod";
import { FINDING_SOURCES, REVIEW_STATES } from "#lib/core/detection/finding.ts";
import { EVERYTHING, type FindingFilter } from "../findings/finding-filter.ts";
import { SORTS, type Sort } from "../findings/finding-order.ts";

/** Which findings are shown, and in which order, as it stands in the address. What was put aside is the page's own. */
export type Listing = { filter: FindingFilter; sort: Sort; grouped: boolean };

export const FIRST_LISTING: Listing = { filter: EVERYTHING, sort: "score", grouped: false };

const part = z.coerce.number().min(0).max(1).catch(0);
const side = z.coerce.number().positive().nullable().catch(null);
const review = z.enum(["all", ...REVIEW_STATES]).catch("all");
const source = z.enum(["all", ...FINDING_SOURCES]).catch("all");
const sort = z.enum(SORTS.map((each) => each.id)).catch(FIRST_LISTING.sort);
const scores = z.record(z.string(), z.number().min(0).max(1)).catch({});

/** Reads what of the findings is shown; what is not understood filters nothing. */
export function readListing(parameters: URLSearchParams): Listing {
  const get = (name: string): string | null => parameters.get(name);
  const filter: FindingFilter = {
    ...EVERYTHING,
    minScore: part.parse(get("min") ?? 0),
    labelScores: new Map(Object.entries(scores.parse(parsed(get("mins"))))),
    hiddenLabels: new Set(parameters.getAll("hide")),
    review: review.parse(get("review") ?? "all"),
    source: source.parse(get("source") ?? "all"),
    minSide: side.parse(get("from")),
    maxSide: side.parse(get("to")),
  };
  return { filter, sort: sort.parse(get("sort") ?? FIRST_LISTING.sort), grouped: get("grouped") === "1" };
}

/** Adds what of the findings is shown, as far as it is not all of them. */
export function writeListing(parameters: URLSearchParams, { filter, sort: order, grouped }: Listing): void {
  const set = (name: string, value: string | number | null, usual: string | number | null): void => {
    if (value !== null && value !== usual) parameters.set(name, String(value));
  };
  set("min", filter.minScore, 0);
  if (filter.labelScores.size > 0) parameters.set("mins", JSON.stringify(Object.fromEntries(filter.labelScores)));
  for (const label of filter.hiddenLabels) parameters.append("hide", label);
  set("review", filter.review, "all");
  set("source", filter.source, "all");
  set("from", filter.minSide, null);
  set("to", filter.maxSide, null);
  set("sort", order, FIRST_LISTING.sort);
  if (grouped) parameters.set("grouped", "1");
}

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return {};
  }
}
