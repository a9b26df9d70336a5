import { expect, it } from "vitest";
import { pageText } from "./page-text.ts";
import { searchPage } from "./search-text.ts";
import type { Word } from "./word.ts";

const line = (text: string, y: number): Word[] =>
  text.split(" ").map((word, index) => ({
    text: word,
    score: 0.9,
    box: [index * 100, y, 80, 16],
    geometry: null,
  }));
const page = pageText([
  ...line("She would ex-", 0),
  ...line("plain: it’s Café No", 24),
  ...line("10, and it's a café", 48),
]);
const found = (query: string) => searchPage(page, query).map(({ match }) => match);

it("finds words whatever their case, accents and apostrophes, and parts of them", () => {
  expect(found("CAFE")).toEqual(["Café", "café"]);
  expect(found("it's")).toEqual(["it’s", "it's"]);
  expect(found("oul")).toEqual(["would"]);
});

it("finds phrases over the ends of lines, and words divided there", () => {
  expect(found("cafe no 10,")).toEqual(["Café No 10,"]);
  expect(found("explain")).toEqual(["ex- plain:"]);
  expect(found("would explain: it")).toEqual(["would ex- plain: it’s"]);
  expect(found("ex-")).toEqual(["ex-"]);
});

it("says what stands around, and finds nothing of nothing", () => {
  expect(searchPage(page, "and")).toMatchObject([
    { words: [{ text: "and" }], before: "She would ex- plain: it’s Café No 10,", after: "it's a café" },
  ]);
  expect(found("  ")).toEqual([]);
  expect(found("xyzzy")).toEqual([]);
});
