import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { REVIEW_STATES } from "../detection/finding.ts";
import { boundsOfGeometry, type Position } from "../geometry/shape.ts";
import type { CarriedFinding, FormatContext } from "./format.ts";
import { FORMAT_IDS, formatOf } from "./registry.ts";

const pixels: FormatContext = {
  image: {
    name: "slide, 1.svs",
    pages: [
      { width: 9000, height: 7000 },
      { width: 100, height: 50 },
    ],
  },
  classes: ["car"],
  space: "pixel",
  toLonLat: null,
  fromLonLat: null,
};
/** A rotated affine, 0.1 m a pixel, near 52° N. */
const [a, b, c, d, e, f] = [1.3e-6, 4e-7, 4.9, 3e-7, -9e-7, 52.3];
const determinant = a * e - b * d;
const ground: FormatContext = {
  ...pixels,
  space: "ground",
  toLonLat: (x, y) => [a * x + b * y + c, d * x + e * y + f],
  fromLonLat: (longitude, latitude) => [
    (e * (longitude - c) - b * (latitude - f)) / determinant,
    (a * (latitude - f) - d * (longitude - c)) / determinant,
  ],
};

const coordinate = fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.double({ min: -5, max: 9000, noNaN: true }));
const position = fc.tuple(coordinate, coordinate) satisfies fc.Arbitrary<Position>;
const ring = fc
  .array(position, { minLength: 3, maxLength: 7 })
  .map((points): Position[] => [...points, points[0] ?? [0, 0]]);
const geometry = fc.oneof(
  fc.record({ type: fc.constant("Polygon" as const), coordinates: fc.array(ring, { minLength: 1, maxLength: 2 }) }),
  fc.record({
    type: fc.constant("MultiPolygon" as const),
    coordinates: fc.array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ type: fc.constant("Point" as const), coordinates: position }),
  fc.record({
    type: fc.constant("LineString" as const),
    coordinates: fc.array(position, { minLength: 2, maxLength: 5 }),
  }),
);
const label = fc.oneof(
  fc.constantFrom(
    "car",
    "Tumor: Positive",
    "=HYPERLINK(1)",
    "'=1",
    "''-x",
    " @a",
    'with "quotes", commas\r\nand lines',
    ": a",
    "＝1",
  ),
  fc.string({ minLength: 1, maxLength: 20 }),
);
const side = fc.oneof(fc.integer({ min: 0, max: 500 }), fc.double({ min: 0.001, max: 500, noNaN: true }));
const common = {
  id: fc.uuid(),
  page: fc.constantFrom(0, 1),
  label,
  score: fc.option(fc.double({ min: 0, max: 1, noNaN: true }).map(Math.fround)),
  review: fc.constantFrom(...REVIEW_STATES),
};
const finding: fc.Arbitrary<CarriedFinding> = fc.oneof(
  fc.record({ ...common, box: fc.tuple(coordinate, coordinate, side, side), geometry: fc.constant(null) }),
  fc.record({ ...common, geometry }).map((each) => ({ ...each, box: boundsOfGeometry(each.geometry) })),
);

const spaces = [
  ...FORMAT_IDS.map((id) => ({ id, space: "pixel", context: pixels })),
  { id: "geojson", space: "ground", context: ground },
];

describe("export → import → export", () => {
  it.each(spaces)("changes nothing in $id ($space)", async ({ id, context }) => {
    const format = formatOf(id);
    await fc.assert(
      fc.asyncProperty(fc.array(finding, { maxLength: 12 }), async (findings) => {
        const first = await written(id, context, findings);
        const { parsed, failed } = format.read(context, first);
        expect(failed).toEqual([]);
        expect(parsed).toHaveLength(findings.length);
        const classes = [...new Set([...context.classes, ...findings.map((each) => each.label)])];
        expect(await written(id, { ...context, classes }, parsed)).toBe(
          await written(id, { ...context, classes }, findings),
        );
      }),
      { numRuns: 300 },
    );
  });

  it.each(spaces)("brings back box, label, page and score from $id ($space)", async ({ id, context }) => {
    const boxes: CarriedFinding[] = [
      {
        page: 1,
        label: "Tumor: Positive",
        score: 0.75,
        review: "accepted",
        box: [10.5, 20.25, 30, 40],
        geometry: null,
      },
      { page: 0, label: "-1+2", score: null, review: "unreviewed", box: [0, 0, 8999, 6999.5], geometry: null },
    ];
    const { parsed } = formatOf(id).read(context, await written(id, context, boxes));
    const carriesReview = id !== "coco";
    expect(parsed).toEqual(boxes.map((box) => ({ ...box, review: carriesReview ? box.review : "unreviewed" })));
  });
});

describe("any text at all", () => {
  it.each(FORMAT_IDS)("is parsed or refused by %s, never a crash", (id) => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"type":"FeatureCollection","features":[${json}]}`),
    );
    fc.assert(
      fc.property(texts, (text) => {
        try {
          formatOf(id).read(pixels, text);
        } catch (error) {
          expect(error).toMatchObject({ code: "bad-input" });
        }
      }),
      { numRuns: 300 },
    );
  });
});

async function written(id: string, context: FormatContext, findings: readonly CarriedFinding[]): Promise<string> {
  async function* stream() {
    yield* findings;
  }
  let text = "";
  for await (const piece of formatOf(id).write(context, stream())) text += piece;
  return text;
}
