import { deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crc32 } from "./crc32.ts";
import { ASPECTS, type CarriedFinding, type FormatContext } from "./format.ts";
import { type Parsed, readAll, writeAll } from "./format-fixture.ts";
import { lossesOf } from "./losses.ts";
import { formatOf } from "./registry.ts";
import { type Source, sourceOfBytes, sourceOfText, textOf } from "./source.ts";
import { readZip } from "./zip-read.ts";
import { zipOf } from "./zip-write.ts";

const context: FormatContext = {
  image: {
    id: "0198c0de-0000-7000-8000-00000000000f",
    name: "field.tif",
    pages: [
      { width: 1000, height: 800 },
      { width: 100, height: 50 },
    ],
  },
  classes: ["truck", "car"],
  space: "pixel",
  polygons: false,
  toLonLat: null,
  fromLonLat: null,
};
const id = "0198c0de-0000-7000-8000-000000000001";
const car: CarriedFinding = {
  ...{ id, page: 0, label: "car", score: 0.9, review: "accepted", geometry: null },
  box: [10, 20, 30, 40],
};
const roof: CarriedFinding = {
  ...{ id, page: 1, label: "roof <a> & b", score: null, review: "unreviewed", box: [0, 0, 40, 20] },
  geometry: {
    type: "Polygon",
    coordinates: [
      [
        [0, 0],
        [40, 0],
        [0, 20],
        [0, 0],
      ],
      [
        [1, 1],
        [1, 2],
        [2, 1],
        [1, 1],
      ],
    ],
  },
};

async function text(format: string, findings: readonly CarriedFinding[]): Promise<string> {
  return new TextDecoder().decode(await writeAll(format, context, findings));
}

function read(format: string, file: string): Promise<Parsed> {
  return readAll(format, context, sourceOfText(file));
}

async function unpacked(source: Source): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readZip(source)) {
    files[entry.path] = "";
    for await (const piece of textOf(entry.read())) files[entry.path] += piece;
  }
  return files;
}

describe("COCO results", () => {
  it("are a bare list with the numbers of the COCO file", async () => {
    expect(JSON.parse(await text("coco-results", [car, roof]))).toEqual([
      { image_id: 1, category_id: 2, bbox: [10, 20, 30, 40], score: 0.9 },
      { image_id: 2, category_id: 3, bbox: [0, 0, 40, 20], score: 1 },
    ]);
    expect(JSON.parse(await text("coco-results", []))).toEqual([]);
  });

  it("of one picture are read whatever its number, of pages by theirs", async () => {
    const result = { image_id: 139, category_id: 9, bbox: [1, 2, 3, 4], score: 0.5 };
    const onePage = { ...context, image: { ...context.image, pages: context.image.pages.slice(0, 1) } };
    const { parsed } = await readAll("coco-results", onePage, sourceOfText(JSON.stringify([result])));
    expect(parsed).toMatchObject([{ page: 0, label: "category 9", score: 0.5 }]);
    const both = await read("coco-results", JSON.stringify([{ ...result, image_id: 2 }, result]));
    expect(both.parsed).toMatchObject([{ page: 1 }]);
    expect(both.failed).toEqual([{ at: "result 2", reason: "image 139 is no page of this picture" }]);
  });
});

describe("Pascal VOC", () => {
  it("writes corners, and what goes beyond the challenge's form in elements of its own", async () => {
    expect(await text("voc", [car, roof])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<annotation>
<filename>field.tif</filename>
<size><width>1000</width><height>800</height><depth>3</depth></size>
<segmented>0</segmented>
<object><name>car</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>\
<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>40</xmax><ymax>60</ymax></bndbox><score>0.9</score></object>
<object><name>roof &#60;a&#62; &#38; b</name><pose>Unspecified</pose><truncated>0</truncated><difficult>0</difficult>\
<bndbox><xmin>0</xmin><ymin>0</ymin><xmax>40</xmax><ymax>20</ymax></bndbox>\
<polygon><x1>0</x1><y1>0</y1><x2>40</x2><y2>0</y2><x3>0</x3><y3>20</y3></polygon><page>1</page></object>
</annotation>
`);
  });

  it("reads what labelImg, roLabelImg and the challenge write", async () => {
    const file = `<!-- a > b --><!DOCTYPE annotation>
      <annotation verified="yes > no"><folder>x</folder><source><database>Unknown</database></source>
        <object>
          <name>
            dog &amp; cat
          </name>
          <bndbox><xmin>1</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox>
          <part><name>head</name><bndbox><xmin>1</xmin><ymin>1</ymin><xmax>2</xmax><ymax>2</ymax></bndbox></part>
        </object>
        <object><type>robndbox</type><name><![CDATA[ship]]></name>
          <robndbox><cx>50</cx><cy>40</cy><w>20</w><h>10</h><angle>1.570796326794897</angle></robndbox></object>
        <object><name>bad</name><bndbox><xmin>9</xmin><ymin>2</ymin><xmax>4</xmax><ymax>6</ymax></bndbox></object>
        <object><name>none</name></object>
      </annotation>`;
    const { parsed, failed } = await read("voc", file);
    expect(parsed).toEqual([
      { page: 0, label: "dog & cat", score: null, review: "unreviewed", box: [1, 2, 3, 4], geometry: null },
      { page: 0, label: "ship", score: null, review: "unreviewed", box: [45, 30, 10, 20], geometry: null },
    ]);
    expect(failed).toEqual([
      { at: "object 3", reason: expect.stringContaining("the wrong way round") },
      { at: "object 4", reason: expect.stringContaining("xmin") },
    ]);
  });

  it("refuses other XML", async () => {
    await expect(read("voc", "<alto><Layout/></alto>")).rejects.toThrow(/begins with <alto>/);
    await expect(read("voc", "")).rejects.toThrow(/not Pascal VOC/);
    await expect(read("voc", "<annotation><object></annotation>")).rejects.toThrow(/closes what is not open/);
  });
});

describe("YOLO", () => {
  it("is a zip of names and labels, one file a page, as parts of the page's sides", async () => {
    const files = await unpacked(sourceOfBytes(await writeAll("yolo", context, [car, roof])));
    expect(files).toEqual({
      "labels/field.txt": "1 0.025 0.05 0.03 0.05\n",
      "labels/field_page2.txt": "2 0.2 0.2 0.4 0.4\n",
      "classes.txt": "truck\ncar\nroof <a> & b\n",
    });
  });

  it("has outlines alone where there are polygons, cut off at the picture's edge", async () => {
    const over: CarriedFinding = { ...car, box: [-10, 780, 30, 40] };
    const files = await unpacked(sourceOfBytes(await writeAll("yolo", { ...context, polygons: true }, [over, roof])));
    expect(files["labels/field.txt"]).toBe("1 0 0.975 0.02 0.975 0.02 1 0 1\n");
    expect(files["labels/field_page2.txt"]).toBe("2 0 0 0.4 0 0 0.4\n");
  });

  it("reads data sets of others: the picture's own file, names of a YAML file, predictions with scores", async () => {
    const file = await zip({
      "data.yaml": "train: images\nnames:\n  0: person\n  1: 'red car'\nnc: 2\n",
      "train/labels/other.txt": "0 0.5 0.5 1 1\n",
      "train/labels/field.txt":
        "1 0.5 0.5 0.1 0.2 0.75\r\n\r\n0 0.1 0.1 0.2 0.1 0.2 0.2\r\n7 0.5 0.5 0.1 0.1\nx 1 1 1 1\n0 1 1\n",
    });
    const { parsed, failed } = await readAll("yolo", context, sourceOfBytes(file));
    expect(parsed).toMatchObject([
      { label: "red car", box: [450, 320, 100, 160], score: 0.75, geometry: null },
      { label: "person", box: [100, 80, 100, 80], geometry: { type: "Polygon" } },
    ]);
    expect(failed.map(({ at }) => at)).toEqual([4, 5, 6].map((line) => `train/labels/field.txt, line ${line}`));
  });

  it("refuses an archive about other pictures, or without names", async () => {
    const others = await zip({ "classes.txt": "a\n", "a.txt": "0 0 0 0 0\n", "b.txt": "" });
    await expect(readAll("yolo", context, sourceOfBytes(others))).rejects.toThrow(/2 pictures, none of them field/);
    await expect(readAll("yolo", context, sourceOfBytes(await zip({ "field.txt": "" })))).rejects.toThrow(
      /no list of class/,
    );
  });
});

describe("zip", () => {
  it("reads members that are stored, with their sizes ahead, and refuses damaged ones", async () => {
    const stored = byHand("a.txt", Buffer.from("0 1"), 0);
    expect(await unpacked(sourceOfBytes(stored))).toEqual({ "a.txt": "0 1" });
    const packed = byHand("a.txt", deflateRawSync("hello hello hello"), 8);
    expect(await unpacked(sourceOfBytes(packed))).toEqual({ "a.txt": "hello hello hello" });
    await expect(unpacked(sourceOfBytes(byHand("a.txt", Buffer.from([7, 7, 7]), 8)))).rejects.toMatchObject({
      code: "bad-input",
    });
    await expect(unpacked(sourceOfText("no archive"))).rejects.toThrow(/not a zip archive/);
  });

  it("has the sums that the rest of the world computes", () => {
    expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926);
  });
});

describe("Web Annotation", () => {
  it("writes boxes as fragments and other shapes as SVG", async () => {
    const page = JSON.parse(await text("w3c", [car, roof]));
    expect(page).toMatchObject({ type: "AnnotationPage", id: `urn:uuid:${context.image.id}#annotations` });
    expect(page.items).toEqual([
      {
        ...{ id: `urn:uuid:${id}`, type: "Annotation", motivation: "tagging", score: 0.9, review: "accepted" },
        body: [{ type: "TextualBody", purpose: "tagging", value: "car" }],
        target: {
          type: "SpecificResource",
          source: `urn:uuid:${context.image.id}`,
          selector: {
            type: "FragmentSelector",
            conformsTo: "http://www.w3.org/TR/media-frags/",
            value: "xywh=pixel:10,20,30,40",
          },
        },
      },
      {
        ...{ id: `urn:uuid:${id}`, type: "Annotation", motivation: "tagging" },
        body: [{ type: "TextualBody", purpose: "tagging", value: "roof <a> & b" }],
        target: {
          type: "SpecificResource",
          source: `urn:uuid:${context.image.id}#page=2`,
          selector: {
            type: "SvgSelector",
            value:
              '<svg xmlns="http://www.w3.org/2000/svg"><path fill-rule="evenodd" d="M0,0 L40,0 L0,20 Z M1,1 L1,2 L2,1 Z"/></svg>',
          },
        },
      },
    ]);
  });

  it("reads what Annotorious and Mirador write", async () => {
    const svg = (shape: string) => ({ source: "x", selector: { type: "SvgSelector", value: `<svg>${shape}</svg>` } });
    const items = [
      { body: { purpose: "commenting", value: "note" }, target: "https://example.org/canvas/1#xywh=1,2,3,4" },
      {
        body: "plain",
        target: [{ source: { id: "x" }, selector: [{ type: "FragmentSelector", value: "xywh=percent:10,50,20,50" }] }],
      },
      { body: [{ purpose: "tagging", value: "b" }], target: svg('<g><ellipse cx="50" cy="40" rx="20" ry="10"/></g>') },
      { body: [], target: svg('<path d="M0 0h10v10h-10z m 20 0 l 5 0 l 0 5 z"/>') },
      { body: [], target: svg('<path d="M0 0 C 1 1 2 2 3 3"/>') },
      { body: [], target: svg("") },
      { body: [], target: { source: "x" } },
    ];
    const { parsed, failed } = await read("w3c", JSON.stringify(items));
    expect(parsed).toMatchObject([
      { label: "note", box: [1, 2, 3, 4] },
      { label: "plain", box: [100, 400, 200, 400] },
      { label: "b", box: [30, 30, 40, 20], geometry: { type: "Polygon" } },
      { label: "Unclassified", box: [0, 0, 25, 10], geometry: { type: "MultiPolygon" } },
    ]);
    expect(failed.map(({ at }) => at)).toEqual(["annotation 5", "annotation 6", "annotation 7"]);
  });
});

describe("GeoJSON", () => {
  it("refuses coordinates of other systems, wherever the file says so", async () => {
    const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::32631" } };
    await expect(read("geojson", JSON.stringify({ type: "FeatureCollection", features: [], crs }))).rejects.toThrow(
      /EPSG::32631/,
    );
    const lonLat = { type: "name", properties: { name: "urn:ogc:def:crs:OGC:1.3:CRS84" } };
    const none = await read("geojson", JSON.stringify({ features: [], crs: lonLat, type: "FeatureCollection" }));
    expect(none).toEqual({ parsed: [], failed: [] });
  });
});

describe("what a format can't carry", () => {
  const counts = {
    ...(Object.fromEntries(ASPECTS.map((aspect) => [aspect, 0])) as Record<(typeof ASPECTS)[number], number>),
    all: 5,
  };

  it("is said before, and nothing where all is carried", () => {
    expect(lossesOf(formatOf("yolo"), { ...counts, holes: 1, points: 2, scores: 1200, ids: 5 })).toEqual([
      "2 points become boxes without area",
      "1 shape loses the holes in it",
      "1,200 scores are left out",
      "5 ids are left out: who reads the file gives new ones",
    ]);
    expect(lossesOf(formatOf("geojson"), { ...counts, holes: 1, points: 2, scores: 3, ids: 5 })).toEqual([]);
  });
});

async function zip(files: Record<string, string>): Promise<Uint8Array> {
  async function* one(content: string) {
    yield content;
  }
  async function* members() {
    for (const [path, content] of Object.entries(files)) yield { path, texts: one(content) };
  }
  const pieces: Uint8Array[] = [];
  for await (const piece of zipOf(members())) pieces.push(piece);
  return new Uint8Array(Buffer.concat(pieces));
}

/** An archive of one member as other tools write it: sizes in its head, not behind it. */
function byHand(name: string, content: Buffer, method: number): Uint8Array {
  const about = Buffer.alloc(22);
  about.writeUInt16LE(20, 0);
  about.writeUInt16LE(method, 4);
  about.writeUInt32LE(content.length, 14);
  about.writeUInt32LE(content.length, 18);
  const lengths = Buffer.from([name.length, 0, 0, 0]);
  const head = Buffer.concat([Buffer.from("PK\x03\x04"), about, lengths, Buffer.from(name)]);
  const central = Buffer.concat([Buffer.from("PK\x01\x02\x14\0"), about, lengths, Buffer.alloc(14), Buffer.from(name)]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(head.length + content.length, 16);
  return new Uint8Array(Buffer.concat([head, content, central, end]));
}
