import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Position } from "../geometry/shape.ts";
import { lineText, pageText, plainText } from "./page-text.ts";
import type { Word } from "./word.ts";

const LETTER = 10;
const HEIGHT = 16;

/** Words of a line of text set at `x`, `y`, ten pixels a letter. */
function line(text: string, x: number, y: number, height = HEIGHT): Word[] {
  let left = x;
  const letter = (LETTER * height) / HEIGHT;
  return text.split(" ").map((word) => {
    const width = word.length * letter;
    const box: Word["box"] = [left, y, width, height];
    left += width + letter;
    return { text: word, score: 0.9, box, geometry: null };
  });
}

/** Lines below each other. */
const block = (lines: readonly string[], x: number, y: number): Word[] =>
  lines.flatMap((text, index) => line(text, x, y + index * 24));

/** The page turned clockwise about a corner, each word's ring beginning where the word does. */
function turned(words: readonly Word[], degrees: number): Word[] {
  const radians = (degrees * Math.PI) / 180;
  const turn = ([x, y]: Position): Position => [
    x * Math.cos(radians) - y * Math.sin(radians),
    x * Math.sin(radians) + y * Math.cos(radians),
  ];
  return words.map((word) => {
    const [x, y, width, height] = word.box;
    const ring = [turn([x, y]), turn([x + width, y]), turn([x + width, y + height]), turn([x, y + height])];
    const [xs, ys] = [ring.map(([px]) => px), ring.map(([, py]) => py)];
    const box: Word["box"] = [
      Math.min(...xs),
      Math.min(...ys),
      Math.max(...xs) - Math.min(...xs),
      Math.max(...ys) - Math.min(...ys),
    ];
    return { ...word, box, geometry: { type: "Polygon", coordinates: [[...ring, ...ring.slice(0, 1)]] } };
  });
}

const LEFT = ["the first column has", "four lines of text that", "are read before the", "second one begins"];
const RIGHT = ["and the second comes", "after it although its", "lines lie beside those", "of the first column"];
const twoColumns = [
  ...line("A title over both columns of it", 0, 0, 30),
  ...block(LEFT, 0, 60),
  ...block(RIGHT, 300, 66),
  ...line("and one line below them that is as wide as the page", 0, 180),
];
const inOrder = [
  "A title over both columns of it",
  ...LEFT,
  ...RIGHT,
  "and one line below them that is as wide as the page",
];
const linesOf = (words: readonly Word[]): string[] =>
  pageText(words).paragraphs.flatMap(({ lines }) => lines.map(lineText));

describe("the order of reading", () => {
  it("goes through a column before the next, and through what is above and below both", () => {
    expect(linesOf(twoColumns)).toEqual(inOrder);
  });

  it("is the same whatever the order of the words and the angle of the page", () => {
    fc.assert(
      fc.property(
        fc.shuffledSubarray(twoColumns, { minLength: twoColumns.length }),
        fc.integer({ min: -179, max: 180 }),
        (words, degrees) => {
          const page = turned(words, degrees);
          expect(pageText(page).paragraphs.flatMap(({ lines }) => lines.map(lineText))).toEqual(inOrder);
          expect(Math.abs(((pageText(page).angle - degrees + 540) % 360) - 180)).toBeLessThan(0.01);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("keeps bullets and numbers with the lines they stand before", () => {
    const list = [
      ...block(["•", "•", "•", "•"], 0, 0),
      ...block(["one thing that is so", "another of them", "a third, which is long", "the last one of all"], 60, 0),
    ];
    expect(linesOf(list)).toEqual([
      "• one thing that is so",
      "• another of them",
      "• a third, which is long",
      "• the last one of all",
    ]);
  });

  it("reads a long table row by row, however many rows there are", () => {
    const rows = Array.from({ length: 400 }, (_, row) =>
      Array.from({ length: 8 }, (_, column) => line(`${row}.${column}`, column * 120, row * 30)).flat(),
    );
    expect(linesOf(rows.flat())).toEqual(rows.map((row) => row.map(({ text }) => text).join(" ")));
  });

  it("takes wide blanks in single lines for blanks", () => {
    const justified = [
      ...line("a line that", 0, 0),
      ...line("is stretched", 200, 0),
      ...block(["and others that are not"], 0, 24),
    ];
    expect(linesOf(justified)).toEqual(["a line that is stretched", "and others that are not"]);
  });

  it("begins a paragraph where lines are farther apart", () => {
    const page = [...block(["one", "two", "three"], 0, 0), ...block(["four", "five"], 0, 110)];
    expect(plainText(pageText(page))).toBe("one\ntwo\nthree\n\nfour\nfive");
  });

  it("reads what stands across the page after the rest", () => {
    const margin = turned(line("set in the margin", 0, 0), -90);
    expect(linesOf([...margin, ...block(LEFT, 100, 0)])).toEqual([...LEFT, "set in the margin"]);
  });

  it("of nothing is nothing, and loses no word of whatever there is", () => {
    expect(plainText(pageText([]))).toBe("");
    const side = fc.integer({ min: 1, max: 200 });
    const word = fc.record({
      text: fc.constantFrom("a", "word", "another"),
      score: fc.constant(0.5),
      box: fc.tuple(fc.integer({ min: 0, max: 2000 }), fc.integer({ min: 0, max: 2000 }), side, side),
      geometry: fc.constant(null),
    });
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), (words) => {
        const read = pageText(words).paragraphs.flatMap(({ lines }) => lines.flatMap((each) => each.words));
        expect(new Set(read)).toEqual(new Set(words));
        expect(read).toHaveLength(words.length);
      }),
      { numRuns: 100 },
    );
  });
});
