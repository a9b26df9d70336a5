import { describe, expect, it } from "vitest";
import type { CarriedFinding, FormatContext } from "./format.ts";
import { writerOf } from "./registry.ts";
import { textOf } from "./source.ts";
import { type XmlToken, xmlTokens } from "./xml-tokens.ts";

const context: FormatContext = {
  image: {
    id: "0199a3b2-0000-7000-8000-0000000000aa",
    name: 'letters & "notes".pdf',
    pages: [
      { width: 600, height: 400 },
      { width: 300, height: 500 },
      { width: 200, height: 200 },
    ],
  },
  classes: ["word"],
  space: "pixel",
  polygons: true,
  toLonLat: null,
  fromLonLat: null,
};

const ID = "0198c0de-0000-7000-8000-000000000001";
const word = (page: number, text: string, box: CarriedFinding["box"], id?: string): CarriedFinding => ({
  ...{ page, text, box, label: "word", score: 0.875, review: "unreviewed", geometry: null },
  ...(id === undefined ? {} : { id }),
});
/** A word that is read from the bottom to the top, a finding without a text, and a page on which nothing stands. */
const findings: CarriedFinding[] = [
  word(0, "Smith", [130, 20.25, 60, 20]),
  word(0, "Dear", [20.5, 20, 50, 20], ID),
  word(0, "<&>", [80, 20, 40, 20]),
  word(0, "Second", [20, 60, 70, 20]),
  { ...word(0, "", [300, 300, 50, 50]), text: null, label: "stamp" },
  {
    ...word(2, "upwards", [50, 40, 20, 100]),
    geometry: {
      type: "Polygon",
      coordinates: [
        [
          [50, 140],
          [50, 40],
          [70, 40],
          [70, 140],
          [50, 140],
        ],
      ],
    },
  },
];

async function written(format: string, some: readonly CarriedFinding[] = findings): Promise<string> {
  async function* stream() {
    yield* some;
  }
  let text = "";
  for await (const piece of writerOf(format).write(context, stream())) text += piece;
  return text;
}

type Element = { name: string; attributes: Record<string, string>; parent: Element | null; text: string };

function attributesOf(source: string): Element["attributes"] {
  const resolved = (value: string) =>
    value.replaceAll(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code))).replaceAll("&quot;", '"');
  return Object.fromEntries(
    [...source.matchAll(/([\w:-]+)="([^"]*)"/g)].map(([, name = "", value = ""]) => [name, resolved(value)]),
  );
}

/** All elements of a document in order. Throws where tags do not match. */
async function elementsOf(document: string): Promise<Element[]> {
  async function* bytes() {
    yield new TextEncoder().encode(document);
  }
  const elements: Element[] = [];
  let open: Element | null = null;
  const take = (token: XmlToken): void => {
    if (token.kind === "text" && open) open.text += token.text;
    if (token.kind === "close") {
      expect(token.name).toBe(open?.name);
      open = open?.parent ?? null;
    }
    if (token.kind !== "open") return;
    const element: Element = { name: token.name, attributes: attributesOf(token.attributes), parent: open, text: "" };
    elements.push(element);
    if (!token.closed) open = element;
  };
  for await (const batch of xmlTokens(textOf(bytes()))) for (const token of batch) take(token);
  expect(open).toBeNull();
  return elements;
}

const named = (elements: readonly Element[], name: string) => elements.filter((element) => element.name === name);
const classed = (elements: readonly Element[], name: string) =>
  elements.filter(({ attributes }) => attributes["class"] === name);

describe("plain text", () => {
  it("is in the order of reading, its pages divided by form feeds", async () => {
    expect(await written("txt")).toBe("Dear <&> Smith\nSecond\n\f\fupwards\n");
    expect(await written("txt", [])).toBe("\f\f");
  });
});

describe("hOCR", () => {
  it("nests pages, areas, paragraphs, lines and words, each with the properties that the specification asks for", async () => {
    const elements = await elementsOf(await written("hocr"));
    const parents = {
      ocr_page: undefined,
      ocr_carea: "ocr_page",
      ocr_par: "ocr_carea",
      ocr_line: "ocr_par",
      ocrx_word: "ocr_line",
    };
    for (const [name, parent] of Object.entries(parents)) {
      const some = classed(elements, name);
      expect(some.length).toBeGreaterThan(0);
      for (const { attributes, parent: outer } of some) {
        expect(outer?.attributes["class"]).toBe(parent);
        const bbox = /(?:^|; )bbox (\d+) (\d+) (\d+) (\d+)(?:;|$)/.exec(attributes["title"] ?? "");
        const [, x0 = 0, y0 = 0, x1 = 0, y1 = 0] = bbox?.map(Number) ?? [];
        expect([x0 < x1, y0 < y1]).toEqual([true, true]);
      }
    }
    const declared = named(elements, "meta").find(({ attributes }) => attributes["name"] === "ocr-capabilities");
    expect(declared?.attributes["content"]?.split(" ")).toEqual(Object.keys(parents));
    expect(named(elements, "meta").map(({ attributes }) => attributes["name"])).toContain("ocr-system");
    const ids = elements.flatMap(({ attributes }) => attributes["id"] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("says picture, page, confidence and angle, and keeps the ids of findings", async () => {
    const elements = await elementsOf(await written("hocr"));
    expect(classed(elements, "ocr_page").map(({ attributes }) => attributes["title"])).toEqual([
      'image "letters & notes.pdf"; bbox 0 0 600 400; ppageno 0',
      'image "letters & notes.pdf"; bbox 0 0 300 500; ppageno 1',
      'image "letters & notes.pdf"; bbox 0 0 200 200; ppageno 2',
    ]);
    const words = classed(elements, "ocrx_word");
    expect(words.map(({ text }) => text)).toEqual(["Dear", "<&>", "Smith", "Second", "upwards"]);
    expect(words[0]?.attributes).toMatchObject({ id: `word_${ID}`, title: "bbox 20 20 71 40; x_wconf 88" });
    expect(classed(elements, "ocr_line").at(-1)?.attributes["title"]).toBe("bbox 50 40 70 140; textangle 90");
  });
});

/** What ALTO 4.2 allows below what, in this order, and which attributes it asks for. */
const ALTO: Record<string, { children: readonly string[]; required: readonly string[] }> = {
  alto: { children: ["Description", "Styles", "Tags", "Layout"], required: [] },
  Description: { children: ["MeasurementUnit", "sourceImageInformation", "Processing"], required: [] },
  MeasurementUnit: { children: [], required: [] },
  sourceImageInformation: { children: ["fileName"], required: [] },
  fileName: { children: [], required: [] },
  Layout: { children: ["Page"], required: [] },
  Page: {
    children: ["TopMargin", "LeftMargin", "RightMargin", "BottomMargin", "PrintSpace"],
    required: ["ID", "PHYSICAL_IMG_NR"],
  },
  PrintSpace: { children: ["Shape", "TextBlock"], required: [] },
  TextBlock: { children: ["Shape", "TextLine"], required: ["ID"] },
  TextLine: { children: ["Shape", "String", "SP", "HYP"], required: [] },
  String: { children: ["Shape", "ALTERNATIVE", "Glyph"], required: ["CONTENT"] },
  SP: { children: [], required: [] },
  Shape: { children: ["Polygon", "Ellipse", "Circle"], required: [] },
  Polygon: { children: [], required: ["POINTS"] },
};

describe("ALTO", () => {
  it("follows the schema of ALTO 4.2", async () => {
    const elements = await elementsOf(await written("alto"));
    expect(elements[0]).toMatchObject({
      name: "alto",
      attributes: { xmlns: "http://www.loc.gov/standards/alto/ns-v4#", SCHEMAVERSION: "4.2" },
    });
    for (const element of elements) {
      const rule = ALTO[element.name];
      expect(rule, element.name).toBeDefined();
      expect(Object.keys(element.attributes)).toEqual(expect.arrayContaining([...(rule?.required ?? [])]));
      if (element.parent) expect(ALTO[element.parent.name]?.children).toContain(element.name);
      for (const name of ["HPOS", "VPOS", "WIDTH", "HEIGHT", "ROTATION", "PHYSICAL_IMG_NR"]) {
        const value = element.attributes[name];
        if (value !== undefined) expect(Number.isFinite(Number.parseFloat(value))).toBe(true);
      }
      const sure = element.attributes["WC"];
      if (sure !== undefined) expect(Number(sure)).toBeLessThanOrEqual(1);
    }
    const ids = elements.flatMap(({ attributes }) => attributes["ID"] ?? []);
    expect(new Set(ids).size).toBe(ids.length);
    // xs:ID is an NCName: it begins with a letter.
    expect(ids.every((id) => /^[A-Za-z_][\w.-]*$/.test(id))).toBe(true);
  });

  it("says where words are, their base line, confidence, shape and angle", async () => {
    const elements = await elementsOf(await written("alto"));
    expect(named(elements, "Page").map(({ attributes }) => attributes["WIDTH"])).toEqual(["600", "300", "200"]);
    const strings = named(elements, "String").map(({ attributes }) => attributes);
    expect(strings.map((attributes) => attributes["CONTENT"])).toEqual(["Dear", "<&>", "Smith", "Second", "upwards"]);
    expect(strings[0]).toMatchObject({
      ID: `string_${ID}`,
      HPOS: "20.5",
      VPOS: "20",
      WIDTH: "50",
      HEIGHT: "20",
      WC: "0.875",
    });
    expect(named(elements, "TextLine")[0]?.attributes["BASELINE"]).toBe("20.5,40 190,40.25");
    expect(named(elements, "TextBlock").at(-1)?.attributes["ROTATION"]).toBe("90");
    expect(named(elements, "Polygon").map(({ attributes }) => attributes["POINTS"])).toEqual([
      "50,140 50,40 70,40 70,140",
    ]);
  });
});
