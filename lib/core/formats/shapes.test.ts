import { describe, expect, it } from "vitest";
import type { CarriedFinding, FormatContext } from "./format.ts";
import { type Parsed, readAll, writeAll } from "./format-fixture.ts";
import { FORMAT_IDS, formatOf } from "./registry.ts";
import { sourceOfText } from "./source.ts";

const context: FormatContext = {
  image: { id: "0198c0de-0000-7000-8000-00000000000f", name: "field.tif", pages: [{ width: 1000, height: 800 }] },
  classes: ["truck", "car"],
  space: "ground",
  polygons: false,
  toLonLat: null,
  fromLonLat: null,
};
const id = "0198c0de-0000-7000-8000-000000000001";
const car: CarriedFinding = {
  ...{ id, page: 0, label: "car", score: 0.9, review: "accepted", geometry: null },
  box: [10, 20, 30, 40],
};
const tumor: CarriedFinding = {
  ...{ id, page: 0, label: "Tumor: Positive", score: null, review: "unreviewed", box: [0, 0, 4, 4] },
  geometry: {
    type: "MultiPolygon",
    coordinates: [
      [
        [
          [0, 0],
          [4, 0],
          [0, 4],
          [0, 0],
        ],
      ],
    ],
  },
};

describe("COCO", () => {
  it("numbers from 1 in the order of the classes and adds what it meets", async () => {
    expect(JSON.parse(await written("coco", [car, tumor]))).toEqual({
      images: [{ id: 1, width: 1000, height: 800, file_name: "field.tif" }],
      annotations: [
        {
          ...{ id: 1, image_id: 1, category_id: 2, bbox: [10, 20, 30, 40], area: 1200, iscrowd: 0, score: 0.9 },
          segmentation: [[10, 20, 40, 20, 40, 60, 10, 60]],
        },
        {
          ...{ id: 2, image_id: 1, category_id: 3, bbox: [0, 0, 4, 4], area: 8, iscrowd: 0 },
          segmentation: [[0, 0, 4, 0, 0, 4]],
        },
      ],
      categories: [
        { id: 1, name: "truck", supercategory: "truck" },
        { id: 2, name: "car", supercategory: "car" },
        { id: 3, name: "Tumor: Positive", supercategory: "Tumor: Positive" },
      ],
    });
  });

  it("reads what others write: run lengths, other images, unknown categories", async () => {
    const document = {
      images: [
        { id: 7, file_name: "train/field.tif", width: 1, height: 1 },
        { id: 8, file_name: "other.tif", width: 1, height: 1 },
      ],
      categories: [{ id: 0, name: "tree" }],
      annotations: [
        {
          id: 0,
          image_id: 7,
          category_id: 0,
          bbox: [1, 2, 3, 4],
          segmentation: { counts: [1], size: [1, 1] },
          iscrowd: 1,
        },
        { id: 1, image_id: 8, category_id: 0, bbox: [1, 2, 3, 4] },
        { id: 2, image_id: 7, category_id: 9, bbox: [1, 2, 3, 4] },
        { id: 3, image_id: 7, category_id: 0, bbox: [1, 2, -3, 4] },
      ],
    };
    const { parsed, failed } = await readText("coco", JSON.stringify(document));
    expect(parsed).toEqual([
      { page: 0, label: "tree", box: [1, 2, 3, 4], score: null, review: "unreviewed", geometry: null },
    ]);
    expect(failed.map(({ at }) => at)).toEqual(["annotation 3", "annotation 4"]);
  });
});

describe("QuPath", () => {
  it("writes objects as QuPath's own export does", async () => {
    const { features } = JSON.parse(await written("qupath", [car, tumor]));
    expect(features).toEqual([
      {
        ...{ type: "Feature", id },
        geometry: {
          type: "Polygon",
          coordinates: [
            [
              [10, 20],
              [40, 20],
              [40, 60],
              [10, 60],
              [10, 20],
            ],
          ],
        },
        properties: {
          objectType: "detection",
          classification: { name: "car", color: [86, 180, 233] },
          measurements: { Confidence: 0.9 },
          metadata: { review: "accepted" },
        },
      },
      {
        ...{ type: "Feature", id },
        geometry: {
          type: "Polygon",
          coordinates: [
            [
              [0, 0],
              [4, 0],
              [0, 4],
              [0, 0],
            ],
          ],
        },
        properties: {
          objectType: "annotation",
          classification: { names: ["Tumor", "Positive"], color: expect.any(Array) },
        },
      },
    ]);
  });

  it("colours classes as the runs that found them do", async () => {
    const colours = { car: "#010203" };
    const file = await writeAll("qupath", { ...context, colours }, [car, { ...car, label: "bus" }]);
    const { features } = JSON.parse(Buffer.from(file).toString());
    expect(features.map(({ properties }: { properties: object }) => properties)).toMatchObject([
      { classification: { name: "car", color: [1, 2, 3] } },
      { classification: { name: "bus", color: [0, 158, 115] } },
    ]);
  });

  it("reads bare lists, legacy measurements, class names as text, texts for numbers, and children", async () => {
    const child = {
      type: "Feature",
      geometry: { type: "Point", coordinates: [5, 6] },
      properties: { classification: null },
    };
    const list = [
      {
        ...{ type: "Feature", id: "PathDetectionObject" },
        geometry: {
          type: "Polygon",
          coordinates: [
            [
              [0, 0],
              [9, 0],
              [0, 9],
              [0, 0],
            ],
          ],
          plane: { c: -1, z: 2, t: 0 },
        },
        properties: {
          classification: "Tumor",
          measurements: [
            { name: "Confidence", value: "0.5" },
            { name: "Area", value: "NaN" },
          ],
          childObjects: [child, { type: "Feature" }],
        },
      },
    ];
    const { parsed, failed } = await readText("qupath", JSON.stringify(list));
    expect(parsed).toMatchObject([
      { page: 2, label: "Tumor", score: 0.5, box: [0, 0, 9, 9] },
      { page: 0, label: "Unclassified", score: null, box: [5, 6, 0, 0] },
    ]);
    expect(parsed[0]).not.toHaveProperty("id");
    expect(failed).toMatchObject([{ at: "object 1, child 2" }]);
  });
});

describe("GeoJSON", () => {
  it("writes longitude and latitude, rings counter-clockwise, where the image lies on the ground", async () => {
    const north = { ...context, toLonLat: (x: number, y: number): [number, number] => [5 + x / 1000, 52 - y / 1000] };
    const document = JSON.parse(await written("geojson", [car], north));
    expect(document).not.toHaveProperty("space");
    expect(document.features[0].geometry.coordinates).toEqual([
      [
        [5.01, 51.98],
        [5.01, 51.94],
        [5.04, 51.94],
        [5.04, 51.98],
        [5.01, 51.98],
      ],
    ]);
    expect(document.features[0].properties).toEqual({
      ...{ label: "car", score: 0.9, review: "accepted", page: 0, box: [10, 20, 30, 40] },
    });
  });

  it("says so where the coordinates are pixels", async () => {
    const document = JSON.parse(await written("geojson", [car]));
    expect(document).toMatchObject({ type: "FeatureCollection", space: "pixel", features: [{ id }] });
  });
});

describe("CSV", () => {
  it("has a header, CRLF, quotes where needed and no formula", async () => {
    const evil: CarriedFinding = { ...car, label: '=cmd|"/c calc"!A1', box: [-1.5, 0, 1, 1] };
    expect(await written("csv", [evil, tumor])).toBe(
      [
        "id,image,page,label,score,x,y,width,height,review,geometry,text,measurements,disagreement",
        `${id},field.tif,0,"'=cmd|""/c calc""!A1",0.9,-1.5,0,1,1,accepted,,,,`,
        `${id},field.tif,0,Tumor: Positive,,0,0,4,4,unreviewed,"MULTIPOLYGON (((0 0, 4 0, 0 4, 0 0)))",,,`,
        "",
      ].join("\r\n"),
    );
  });

  it("reads columns in any order, byte-order mark and bare line feeds, and names bad lines", async () => {
    const text = '\uFEFFy,x,label,width,height\n1,2,"a ""b"", c",3,4\n\n1,,a,3,4\n1,2,a,-3,4\n';
    const { parsed, failed } = await readText("csv", text);
    expect(parsed).toMatchObject([{ label: 'a "b", c', box: [2, 1, 3, 4], page: 0, score: null }]);
    expect(failed).toEqual([
      { at: "line 4", reason: "x: is empty" },
      { at: "line 5", reason: expect.stringContaining("width") },
    ]);
  });

  it("refuses a file without the columns it needs", async () => {
    await expect(readText("csv", "a,b\r\n1,2\r\n")).rejects.toThrow(/no column label, x, y, width, height/);
  });
});

describe("every writer", () => {
  it.each(FORMAT_IDS)("streams %s: pulls findings as it is read", async (format) => {
    let pulled = 0;
    async function* many() {
      for (; pulled < 100_000; pulled++) yield car;
    }
    for await (const piece of formatOf(format).write(context, many())) {
      expect(piece.length).toBeLessThan(40_000);
      break;
    }
    expect(pulled).toBeLessThan(2000);
  });

  it("is found by name alone", () => {
    expect(() => formatOf("toString")).toThrow(/is not a format/);
  });
});

async function written(id: string, findings: readonly CarriedFinding[], where = context): Promise<string> {
  return new TextDecoder().decode(await writeAll(id, where, findings));
}

function readText(id: string, text: string): Promise<Parsed> {
  return readAll(id, context, sourceOfText(text));
}
