import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Geometry, REVIEW_STATES } from "../detection/finding.ts";
import { boundsOfGeometry, type Position } from "../geometry/shape.ts";
import { ASPECTS, type Aspect, type CarriedFinding, type FormatContext } from "./format.ts";
import { inSlices, readAll, sourceOf, writeAll } from "./format-fixture.ts";
import { ownCrs } from "./own-crs.ts";
import { FORMAT_IDS, formatOf } from "./registry.ts";
import { sourceOfBytes, sourceOfText } from "./source.ts";

const pixels: FormatContext = {
  image: {
    id: "0198c0de-0000-7000-8000-00000000000f",
    name: "slide, 1.svs",
    pages: [
      { width: 9000, height: 7000 },
      { width: 100, height: 50 },
    ],
  },
  classes: ["car"],
  space: "pixel",
  polygons: true,
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

/** Half a metre a pixel, turned a little, near Utrecht. */
const inOwn: FormatContext = {
  ...pixels,
  space: "source",
  own: ownCrs({ crs: "EPSG:32631", transform: [0.5, 0.02, 645_000, 0.02, -0.5, 5_772_000] }),
};

const coordinate = fc.oneof(fc.integer({ min: 0, max: 9000 }), fc.double({ min: -5, max: 9000, noNaN: true }));
const position = fc.tuple(coordinate, coordinate) satisfies fc.Arbitrary<Position>;
const radius = fc.double({ min: 5, max: 400, noNaN: true });

/** A polygon around a centre, its corners at any distance; its hole lies inside. */
const polygon = fc
  .tuple(position, fc.array(radius, { minLength: 3, maxLength: 7 }), fc.boolean())
  .map(([[x, y], radii, hasHole]): Position[][] => {
    const ring = (scale: number): Position[] => {
      const corners = radii.map((each, index): Position => {
        const angle = (2 * Math.PI * index) / radii.length;
        return [x + scale * each * Math.cos(angle), y + scale * each * Math.sin(angle)];
      });
      return [...corners, corners[0] ?? [0, 0]];
    };
    return hasHole ? [ring(1), ring(0.4).toReversed()] : [ring(1)];
  });
/** Rings of any positions: crossing themselves, without area, holes outside. Most formats don't mind. */
const ring = fc
  .array(position, { minLength: 3, maxLength: 7 })
  .map((points): Position[] => [...points, points[0] ?? [0, 0]]);
const polygons = (rings: fc.Arbitrary<Position[][]>) => [
  fc.record({ type: fc.constant("Polygon" as const), coordinates: rings }),
  fc.record({
    type: fc.constant("MultiPolygon" as const),
    coordinates: fc.array(rings, { minLength: 1, maxLength: 3 }),
  }),
];
const geometry = fc.oneof(
  ...polygons(polygon),
  fc.record({ type: fc.constant("Point" as const), coordinates: position }),
  fc.record({
    type: fc.constant("LineString" as const),
    coordinates: fc.array(position, { minLength: 2, maxLength: 5 }),
  }),
);
const anyRings = fc.oneof(...polygons(fc.array(ring, { minLength: 1, maxLength: 2 })));
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
  text: fc.oneof(fc.constant(undefined), label),
  disagreement: fc.option(fc.constantFrom(0, Math.fround(1 / 3), 0.25, 1), { nil: undefined }),
  measurements: fc.option(
    fc.dictionary(fc.constantFrom("Area µm²", "Mean, red", "=1"), fc.double({ noNaN: true, noDefaultInfinity: true }), {
      minKeys: 1,
    }),
    { nil: undefined },
  ),
};
const shaped = (shape: typeof geometry | typeof anyRings): fc.Arbitrary<CarriedFinding> =>
  fc.record({ ...common, geometry: shape }).map((each) => ({ ...each, box: boundsOfGeometry(each.geometry) }));
const boxed: fc.Arbitrary<CarriedFinding> = fc.record({
  ...common,
  box: fc.tuple(coordinate, coordinate, side, side),
  geometry: fc.constant(null),
});
const finding = fc.oneof(boxed, shaped(geometry));
const inOrder = (findings: CarriedFinding[]): CarriedFinding[] =>
  findings.toSorted((one, other) => one.page - other.page);

const spaces = [
  ...FORMAT_IDS.map((id) => ({ id, space: "pixel", context: pixels })),
  { id: "geojson", space: "ground", context: ground },
  { id: "flatgeobuf", space: "ground", context: ground },
  { id: "flatgeobuf", space: "source", context: inOwn },
  { id: "yolo", space: "pixel, boxes", context: { ...pixels, polygons: false } },
];

/** Writes, reads and writes again. Formats that number classes are given those of the findings, as an export gives them. */
async function twice(id: string, context: FormatContext, findings: readonly CarriedFinding[]) {
  const first = await written(id, context, findings);
  const { parsed, failed } = await readAll(id, { ...context, classes: classesOf(context, findings) }, sourceOf(first));
  expect(failed).toEqual([]);
  expect(parsed).toHaveLength(findings.length);
  return { first, second: await written(id, context, parsed), parsed };
}

describe("export → import → export", () => {
  it.each(spaces)("changes nothing in $id ($space)", async ({ id, context }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(finding, { maxLength: 20 }).map(inOrder), async (findings) => {
        const { first, second } = await twice(id, context, findings);
        expect(second).toEqual(first);
      }),
      { numRuns: 100 },
    );
  });

  // The SVG of a path does not say which rings are holes: w3c is left out here.
  it.each(spaces.filter(({ id }) => id !== "w3c"))("nor where rings cross in $id ($space)", async ({ id, context }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(shaped(anyRings), { maxLength: 6 }).map(inOrder), async (findings) => {
        const { first, second } = await twice(id, context, findings);
        expect(second).toEqual(first);
      }),
      { numRuns: 30 },
    );
  });

  it.each(spaces)("brings back box, label, page and score from $id ($space)", async ({ id, context }) => {
    const boxes: CarriedFinding[] = [
      { page: 0, label: "-1+2", score: null, review: "unreviewed", box: [0, 0, 8999, 6999.5], geometry: null },
      {
        page: 1,
        label: "Tumor: Positive",
        score: 0.75,
        review: "accepted",
        box: [10.5, 20.25, 30, 29],
        geometry: null,
      },
    ];
    const { parsed } = await twice(id, context, boxes);
    const { carries } = formatOf(id);
    const carried = boxes.map((each) => ({
      ...each,
      review: carries.has("decisions") ? each.review : "unreviewed",
      score: carries.has("scores") ? (each.score ?? (carries.has("unscored") ? null : 1)) : null,
    }));
    expect(parsed).toEqual(carried);
  });

  const KINDS: Partial<Record<Aspect, Geometry>> = {
    points: { type: "Point", coordinates: [5, 6] },
    lines: {
      type: "LineString",
      coordinates: [
        [5, 6],
        [50, 60],
      ],
    },
    polygons: { type: "Polygon", coordinates: [triangle(10)] },
    holes: { type: "Polygon", coordinates: [triangle(10), triangle(12).toReversed()] },
    multiPolygons: { type: "MultiPolygon", coordinates: [[triangle(10)], [triangle(40)]] },
  };
  const kinds = spaces.flatMap((each) => Object.entries(KINDS).map(([kind, shape]) => ({ ...each, kind, shape })));
  it.each(kinds)(
    "keeps $kind in $id ($space) where it says that it carries them",
    async ({ id, context, kind, shape }) => {
      const one = { page: 0, label: "a", score: null, review: "unreviewed" } as const;
      const [found] = (await twice(id, context, [{ ...one, box: boundsOfGeometry(shape), geometry: shape }])).parsed;
      const isBoxesOnly = id === "yolo" && !context.polygons;
      const aspect = ASPECTS.find((each) => each === kind);
      if (aspect && formatOf(id).carries.has(aspect) && !isBoxesOnly) {
        const corners = (each: CarriedFinding["geometry"] | undefined) =>
          JSON.stringify(each?.coordinates)
            .match(/-?[\d.]+/g)
            ?.map((text) => Math.round(Number(text) * 100))
            .toSorted();
        expect(found?.geometry?.type).toBe(shape.type);
        expect(corners(found?.geometry)).toEqual(corners(shape));
      } else expect(found?.geometry).not.toEqual(shape);
    },
  );
});

/** A closed ring with its corner at `at`, large enough that one two pixels further in lies inside. */
function triangle(at: number): Position[] {
  const [near, far] = [at, 60 - at / 2];
  return [
    [near, near],
    [near + far, near],
    [near, near + far],
    [near, near],
  ];
}

describe("any text at all", () => {
  it.each(FORMAT_IDS)("is parsed or refused by %s, never a crash", async (id) => {
    const texts = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((json) => `{"type":"FeatureCollection","features":[${json}]}`),
      fc.json().map((json) => `{"type":"AnnotationPage","items":[${json}]}`),
      fc.string().map((text) => `<annotation><object><name>${text}</name></object></annotation>`),
    );
    await fc.assert(
      fc.asyncProperty(texts, async (text) => {
        try {
          await readAll(id, pixels, sourceOfText(text));
        } catch (error) {
          expect(error).toMatchObject({ code: "bad-input" });
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(FORMAT_IDS)("of %s is read alike whatever the pieces it comes in", async (id) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(finding, { maxLength: 6 }).map(inOrder),
        fc.integer({ min: 1, max: 40 }),
        async (findings, size) => {
          const context = { ...pixels, classes: classesOf(pixels, findings) };
          const file = await writeAll(id, pixels, findings);
          expect(await readAll(id, context, inSlices(file, size))).toEqual(
            await readAll(id, context, sourceOfBytes(file)),
          );
        },
      ),
      { numRuns: 12 },
    );
  });

  it.each(FORMAT_IDS)("of %s that was cut short is refused or read in part, never a crash", async (id) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(finding, { minLength: 1, maxLength: 3 }).map(inOrder),
        fc.double({ min: 0, max: 0.99, noNaN: true }),
        async (findings, part) => {
          const file = await writeAll(id, pixels, findings);
          try {
            await readAll(id, pixels, sourceOfBytes(file.subarray(0, Math.floor(file.length * part))));
          } catch (error) {
            expect(error).toMatchObject({ code: "bad-input" });
          }
        },
      ),
      { numRuns: 25 },
    );
  });
});

function classesOf(context: FormatContext, findings: readonly CarriedFinding[]): string[] {
  return [...new Set([...context.classes, ...findings.map((each) => each.label)])];
}

/** The file as text, an archive as its bytes. */
async function written(id: string, context: FormatContext, findings: readonly CarriedFinding[]) {
  const file = await writeAll(id, { ...context, classes: classesOf(context, findings) }, findings);
  return ["yolo", "flatgeobuf"].includes(id) ? file : new TextDecoder().decode(file);
}
