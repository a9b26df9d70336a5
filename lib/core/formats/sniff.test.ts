import { describe, expect, it } from "vitest";
import type { CarriedFinding, FormatContext } from "./format.ts";
import { writeAll } from "./format-fixture.ts";
import { FORMAT_IDS } from "./registry.ts";
import { sniffFormat } from "./sniff.ts";
import { sourceOfBytes, sourceOfText } from "./source.ts";

const context: FormatContext = {
  image: { id: "0198c0de-0000-7000-8000-00000000000f", name: "a.tif", pages: [{ width: 10, height: 10 }] },
  ...{ classes: [], space: "ground", polygons: false, toLonLat: null, fromLonLat: null },
};
const finding: CarriedFinding = {
  ...{ page: 0, label: "Annotation, bbox", score: 0.5, review: "accepted" },
  ...{ box: [1, 2, 3, 4], geometry: null },
};

describe("the format of a file", () => {
  it.each(FORMAT_IDS)("is told for what we write as %s", async (id) => {
    expect(await sniffFormat(sourceOfBytes(await writeAll(id, context, [finding])))).toBe(id);
  });

  it.each([
    ["coco", '{"info":{},"images":[{"id":1}]'],
    ["qupath", '[{"type":"Feature","id":"x"}]'],
    ["qupath", '{"type":"Feature","geometry":{},"properties":{"objectType":"cell"}}'],
    ["geojson", '{ "name": "roads", "type": "FeatureCollection", "features": [] }'],
    ["w3c", '[{"@context":"http://www.w3.org/ns/anno.jsonld","type":"Annotation"}]'],
    ["voc", '<?xml version="1.0"?>\n<!-- made by hand -->\n<annotation verified="yes">'],
    ["csv", '\uFEFF"label","x","y","width","height"\r\n'],
  ])("is %s for what others write: %s", async (id, text) => {
    expect(await sniffFormat(sourceOfText(text))).toBe(id);
  });

  it.each(["", "hello", '{"a":1}', "<html>", "[1,2]"])("is not guessed of %j", async (text) => {
    await expect(sniffFormat(sourceOfText(text))).rejects.toMatchObject({ code: "bad-input" });
  });
});
