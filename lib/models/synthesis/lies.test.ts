import { describe, expect, test } from "vitest";
import type { SceneFacts } from "../types.ts";
import { wrongClaim } from "./check.ts";
import { factSheet } from "./fact-sheet.ts";

/** 14 cars (9 upper right, 5 lower left) and 3 people (upper right, two of them; lower left), in 21 of 24 tiles. */
const spots: [label: string, x: number, y: number, count: number][] = [
  ["car", 2500, 100, 9],
  ["car", 100, 2800, 5],
  ["person", 2700, 300, 2],
  ["person", 300, 2700, 1],
];
const findings = spots.flatMap(([label, x, y, count], spot) =>
  Array.from({ length: count }, (_, at) => ({
    id: `0190a000-0000-7000-8000-${String(spot * 100 + at).padStart(12, "0")}`,
    label,
    score: label === "car" ? 0.8 : 0.65,
    box: [x + at, y, label === "car" ? 40 + at : 12, 10] as [number, number, number, number],
  })),
);
const FACTS: SceneFacts = {
  imageName: "site-2024.tif",
  width: 3000,
  height: 3000,
  area: { value: 0.5, unit: "km²" },
  pixel: { width: 0.25, height: 0.25, unit: "m" },
  tiles: { total: 24, done: 21, failed: 2, failedIndexes: [4, 7] },
  findings,
  counts: [
    { label: "car", count: 14, meanScore: 0.8 },
    { label: "person", count: 3, meanScore: 0.65 },
  ],
};
const SHEET = factSheet(FACTS);
const wrong = (text: string) => wrongClaim(text, SHEET, [0.8, 0.65]);

describe("what the facts bear out is kept", () => {
  test.each([
    "14 cars and 3 people were found in 21 of 24 tiles.",
    "Fourteen parked cars stand here, and three people.",
    "The upper right holds 9 cars and 2 people.",
    "There are 9 cars in the top right and 5 in the lower left.",
    "Most of the cars are in the upper-right corner.",
    "The lower left holds 6 of 17 findings.",
    "There are more cars than people.",
    "Cars are the most common finding.",
    "That is 34 findings per km² over 0.5 km².",
    "The cars measure 40 to 48 pixels on their longer side.",
    "The cars measure 10 to 12 metres on their longer side, and the people 3 m.",
    "The picture is 3,000 pixels wide.",
    "The mean score is 0.80 for car and 0.65 for person.",
    "People were found with a confidence of 65%.",
    "2 of 24 tiles failed and 1 was not looked at.",
    "There are no cars in the centre.",
    "14 cars were found, most of them in the upper right.",
    "All 21 tiles that were analysed are clear.",
    "One of them is cut off by the edge.",
    "site-2024.tif shows a car park.",
  ])("%s", (text) => expect(wrong(text)).toBeNull());
});

describe("what they do not is cut", () => {
  test.each([
    ["a wrong number", "There are 15 cars."],
    ["a number in words", "Fifteen cars stand here."],
    ["a number in words with a hyphen", "Twenty-one cars stand here."],
    ["one of many", "A single car stands here."],
    ["one", "One car stands here."],
    ["none of many", "No cars were found."],
    ["a large number in words", "Hundreds of cars stand here."],
    ["a dozen", "About a dozen cars stand here."],
    ["a count of something else", "There are 3 cars."],
    ["swapped labels", "3 cars and 14 people were found."],
    ["swapped labels with words between", "There are 14 waiting people."],
    ["swapped labels, number last", "Cars: 3, people: 14."],
    ["a number of tiles as a count", "24 cars were found."],
    ["a count as a number of tiles", "14 tiles were analysed."],
    ["tiles that failed", "3 tiles failed."],
    ["a range", "There are between 10 and 20 cars."],
    ["a range whose end is wrong", "The cars measure 40 to 60 pixels."],
    ["a range whose beginning is wrong", "The cars measure 3 to 48 pixels."],
    ["a share", "About 40% of the cars are damaged."],
    ["a share that happens to be a mean score", "80% of the findings are cars."],
    ["a share in words", "Half of the cars are damaged."],
    ["a score of something else", "The mean score is 0.65 for car."],
    ["scores swapped", "The mean score is 0.65 for car and 0.80 for person."],
    ["sizes swapped", "The cars measure 12 pixels and the people 48 pixels."],
    ["a part of a wrong whole", "9 of 17 cars are in the upper right."],
    ["a wrong part", "5 of 14 cars are in the upper right."],
    ["a score in percent of something else", "People were found with a confidence of 80%."],
    ["a comparison the wrong way round", "There are more people than cars."],
    ["a comparison of what is not known", "The cars are newer than the road."],
    ["twice as many", "There are twice as many cars as people."],
    ["several", "Several people are waiting."],
    ["most in the wrong place", "Most of the cars are in the lower left."],
    ["the wrong one as most common", "People are the most common finding."],
    ["the wrong place as densest", "The lower left is the densest part with 6 findings."],
    ["all of some", "Every car is parked."],
    ["a wrong unit", "The cars measure 40 to 48 metres."],
    ["a wrong unit of length, short", "The cars measure 48 µm."],
    ["a length in a wrong unit", "The cars measure 10 to 12 µm."],
    ["lengths swapped", "The cars measure 3 metres and the people 12 metres."],
    ["a wrong length", "The largest of the cars measures 12.5 m."],
    ["a speed", "The cars go at 12 m/s."],
    ["a wrong unit of area", "That is 34 findings per mm²."],
    ["an area in a wrong unit", "The area is 0.5 m²."],
    ["pixels of something else", "People measure 48 pixels."],
    ["a count in pixels", "The cars measure 14 pixels."],
    ["money", "They are worth $14."],
    ["a wrong region", "There are 9 cars in the lower left."],
    ["all of them in one region", "14 cars are in the upper right."],
    ["all of them in one region, after a comma", "14 cars were found, all of them in the upper right."],
    ["a region without any", "The centre holds 9 cars."],
    ["a region without any, and no number", "Cars stand in the centre."],
    ["nothing in a region that has some", "There are no cars in the upper right."],
    ["regions swapped", "There are 5 cars in the upper right and 9 in the lower left."],
    ["a place that is none of the nine", "The cars stand in the north."],
    ["half of the picture", "14 cars stand in the right half."],
    ["a year", "The picture was taken in 2019."],
  ])("%s: %s", (_name, text) => expect(wrong(text)).not.toBeNull());
});
