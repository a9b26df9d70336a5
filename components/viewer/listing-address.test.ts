import { expect, it } from "vitest";
import { EVERYTHING } from "../findings/finding-filter.ts";
import { FIRST_LISTING, type Listing, readListing, writeListing } from "./listing-address.ts";

function through(listing: Listing): { text: string; back: Listing } {
  const parameters = new URLSearchParams();
  writeListing(parameters, listing);
  return { text: parameters.toString(), back: readListing(new URLSearchParams(parameters.toString())) };
}

it("leaves out what is as it is at first", () => {
  expect(through(FIRST_LISTING)).toEqual({ text: "", back: FIRST_LISTING });
});

it("comes back as it was written, but for what was put aside", () => {
  const filter = {
    ...EVERYTHING,
    minScore: 0.35,
    labelScores: new Map([["a & b", 0.5]]),
    hiddenLabels: new Set(["immune cell", "x,y"]),
    review: "unreviewed" as const,
    source: "person" as const,
    minSide: 12,
    maxSide: 300,
  };
  const listing = { filter, sort: "-size" as const, grouped: true };
  expect(through({ ...listing, filter: { ...filter, hiddenIds: new Set(["one"]) } }).back).toEqual(listing);
});

it("takes nonsense for nothing", () => {
  const text = "min=7&mins=[&review=maybe&source=&from=-3&to=wide&sort=colour&grouped=yes";
  expect(readListing(new URLSearchParams(text))).toEqual(FIRST_LISTING);
});
