import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getIssues } from "@placemarkio/check-geojson";
import jsonld, { type Options } from "jsonld";
import type { RemoteDocument } from "jsonld/jsonld-spec.js";
import { afterAll, describe, expect, it } from "vitest";
import type { EvidenceLink } from "#lib/core/detection/evidence.ts";
import type { CarriedFinding, EvidenceRecords, FormatContext } from "#lib/core/formats/format.ts";
import { writeAll } from "#lib/core/formats/format-fixture.ts";
import { ownCrs } from "#lib/core/formats/own-crs.ts";
import { fromLonLat, toLonLat } from "#lib/imaging/georeference.ts";

/** What programs of others make of our files; each runs where it is installed. */
const has = (program: string): boolean => spawnSync(program, ["--version"], { stdio: "ignore" }).error === undefined;

const folder = mkdtempSync(join(tmpdir(), "tessera-readers-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** Half a metre a pixel, turned a little, near Utrecht. */
const scale = {
  crs: "EPSG:32631",
  transform: [0.5, 0.02, 645_000, 0.02, -0.5, 5_772_000] as [number, number, number, number, number, number],
};
const context: FormatContext = {
  image: {
    id: "0198c0de-0000-7000-8000-00000000000f",
    name: "scene.tif",
    pages: [{ width: 20_000, height: 20_000 }],
  },
  ...{
    classes: [],
    space: "ground",
    polygons: true,
    toLonLat: toLonLat(scale),
    fromLonLat: fromLonLat(scale, { width: 20_000, height: 20_000 }),
    own: ownCrs(scale),
  },
};
const corners: readonly (readonly [number, number])[] = [
  [0, 0],
  [19_900, 0],
  [0, 19_900],
  [12_345.5, 6789.25],
];
const boxes = corners.map(([x, y], index): CarriedFinding => {
  const id = `0198c0de-0000-7000-8000-00000000000${index}`;
  return { id, page: 0, label: "car, red", score: 0.5, review: "accepted", box: [x, y, 100, 50], geometry: null };
});
const odd: CarriedFinding = {
  ...{ page: 0, label: "roof", score: null, review: "unreviewed", box: [10, 10, 40, 40] },
  geometry: {
    type: "MultiPolygon",
    coordinates: [
      [
        [
          [10, 10],
          [50, 10],
          [10, 50],
          [10, 10],
        ],
        [
          [14, 14],
          [14, 18],
          [18, 14],
          [14, 14],
        ],
      ],
      [
        [
          [40, 40],
          [50, 40],
          [50, 50],
          [40, 40],
        ],
      ],
    ],
  },
};

async function file(format: string, name: string, space: FormatContext["space"] = "ground"): Promise<string> {
  return fileOf(format, name, { ...context, space }, [...boxes, odd]);
}

async function fileOf(format: string, name: string, of: FormatContext, findings: CarriedFinding[]): Promise<string> {
  const path = join(folder, name);
  writeFileSync(path, await writeAll(format, of, findings));
  return path;
}

/** The same findings with what they rest on. */
function told(format: string): Promise<string> {
  const run = "0198c0de-0000-7000-8000-0000000000aa";
  const rest: EvidenceLink = { run, members: [[3, 0]], crop: { region: [0, 0, 9, 9], href: "/api/v1/x" } };
  const evidence: EvidenceRecords = {
    async *runs() {
      yield { id: run, createdBy: "somebody" };
    },
    async *tiles() {
      yield { run, index: 3, x: 0, y: 0, boxes: [], looks: [{ prompt: 'Find "cars".', replies: ["[]"] }] };
    },
  };
  const findings = [...boxes, odd].map((finding): CarriedFinding => ({ ...finding, evidence: rest }));
  return fileOf(format, `told.${format}`, { ...context, evidence }, findings);
}

/** Longitude and latitude of the boxes' first corners, as gdaltransform of GDAL 3.6.2 gives them. */
const PLACED_BY_GDAL: readonly (readonly [number, number])[] = [
  [5.11601685343528, 52.0795618371674],
  [5.26128172764156, 52.0804424652587],
  [5.11759096855576, 51.9900592331787],
  [5.20661146248846, 52.0495942410836],
];

describe("without GDAL", () => {
  it("boxes lie where it has said that they do, to a millionth of a degree", async () => {
    const collection = JSON.parse(await readFile(await file("geojson", "placed.geojson"), "utf8"));
    for (const [index, [longitude, latitude]] of PLACED_BY_GDAL.entries()) {
      const [[first]] = collection.features[index].geometry.coordinates;
      expect(first[0]).toBeCloseTo(longitude, 6);
      expect(first[1]).toBeCloseTo(latitude, 6);
    }
  });
});

describe("a validator of GeoJSON", () => {
  it.each(["geojson", "qupath"])("finds nothing to say of %s", async (format) => {
    expect(getIssues(await readFile(await file(format, `valid.${format}`), "utf8"))).toEqual([]);
  });

  it("finds nothing to say of evidence", async () => {
    expect(getIssues(await readFile(await told("geojson"), "utf8"))).toEqual([]);
  });
});

describe("a processor of JSON-LD", () => {
  it.each([
    ["a page of Web Annotations", () => file("w3c", "a.jsonld")],
    ["one with evidence", () => told("w3c")],
  ])("understands every word of %s", async (_name, write) => {
    const page = JSON.parse(await readFile(await write(), "utf8"));
    // Safe: it throws where a word of the page has no meaning and would be dropped.
    const options: Options.Expand & { safe: boolean } = { documentLoader: contextOf, safe: true };
    const [expanded] = await jsonld.expand(page, options);
    const items = listOf(expanded?.[`${AS}items`]);
    expect(items).toHaveLength(5);
    for (const annotation of items) {
      expect(annotation["@type"]).toEqual([`${OA}Annotation`]);
      const [target] = valuesOf(annotation[`${OA}hasTarget`]);
      expect(valuesOf(target?.[`${OA}hasSource`])[0]?.["@id"]).toBe(`urn:uuid:${context.image.id}`);
      const [selector] = valuesOf(target?.[`${OA}hasSelector`]);
      expect([`${OA}FragmentSelector`, `${OA}SvgSelector`]).toContain(valuesOf(selector?.["@type"])[0]);
      const [body] = valuesOf(annotation[`${OA}hasBody`]);
      expect(valuesOf(body?.[`${OA}hasPurpose`])[0]?.["@id"]).toBe(`${OA}tagging`);
    }
    expect(valuesOf(items[0]?.["urn:tessera:score"])[0]).toMatchObject({ "@value": 0.5 });
  });
});

const OA = "http://www.w3.org/ns/oa#";
const AS = "http://www.w3.org/ns/activitystreams#";

/** What of the Web Annotation vocabulary (W3C, 2017) a page of ours uses; the context's own document is not at hand without a network. */
const ANNOTATIONS: RemoteDocument["document"] = {
  "@context": {
    id: "@id",
    type: "@type",
    Annotation: `${OA}Annotation`,
    AnnotationPage: `${AS}OrderedCollectionPage`,
    TextualBody: `${OA}TextualBody`,
    FragmentSelector: `${OA}FragmentSelector`,
    SvgSelector: `${OA}SvgSelector`,
    SpecificResource: `${OA}SpecificResource`,
    tagging: `${OA}tagging`,
    items: { "@id": `${AS}items`, "@type": "@id", "@container": "@list" },
    body: { "@id": `${OA}hasBody`, "@type": "@id" },
    target: { "@id": `${OA}hasTarget`, "@type": "@id" },
    source: { "@id": `${OA}hasSource`, "@type": "@id" },
    selector: { "@id": `${OA}hasSelector`, "@type": "@id" },
    motivation: { "@id": `${OA}motivatedBy`, "@type": "@vocab" },
    purpose: { "@id": `${OA}hasPurpose`, "@type": "@vocab" },
    value: "http://www.w3.org/1999/02/22-rdf-syntax-ns#value",
    conformsTo: { "@id": "http://purl.org/dc/terms/conformsTo", "@type": "@id" },
  },
};

async function contextOf(url: string): Promise<RemoteDocument> {
  if (url !== "http://www.w3.org/ns/anno.jsonld") throw new Error(`no context is known as ${url}`);
  return { document: ANNOTATIONS, documentUrl: url };
}

type Node = Record<string, unknown>;

const valuesOf = (value: unknown): Node[] => (Array.isArray(value) ? value : []);
const listOf = (value: unknown): Node[] => valuesOf(valuesOf(value)[0]?.["@list"]);

describe.runIf(has("ogrinfo") && has("gdaltransform"))("GDAL", () => {
  it.each([
    ["geojson", "a.geojson"],
    ["flatgeobuf", "a.fgb"],
  ])("opens %s where on earth it lies, to a millionth of a degree", async (format, name) => {
    const path = await file(format, name);
    const csv = execFileSync("ogr2ogr", ["-f", "CSV", "/vsistdout/", path, "-lco", "GEOMETRY=AS_WKT"], {
      encoding: "utf8",
    });
    const lines = csv.trim().split("\n");
    expect(lines[0]).toContain("label");
    expect(lines).toHaveLength(6);
    expect(lines.filter((line) => line.includes('"car, red"'))).toHaveLength(4);
    expect(lines.at(-1)).toMatch(/MULTIPOLYGON \(\(\(.*\),\(.*\)\),\(\(.*\)\)\)/);
    const [a, b, c, d, e, f] = scale.transform;
    const ground = corners.map(([x, y]) => `${a * x + b * y + c} ${d * x + e * y + f}`).join("\n");
    const [source, target] = [
      ["-s_srs", "EPSG:32631"],
      ["-t_srs", "EPSG:4326"],
    ];
    // GDAL gives EPSG:4326 as longitude, latitude here.
    const placed = execFileSync("gdaltransform", [...source, ...target], { input: ground, encoding: "utf8" });
    for (const [index, line] of placed.trim().split("\n").entries()) {
      const [longitude = 0, latitude = 0] = line.split(" ").map(Number);
      const written = /POLYGON \(\(([-\d.]+) ([-\d.]+)/.exec(lines[index + 1] ?? "");
      expect(Number(written?.[1])).toBeCloseTo(longitude, 6);
      expect(Number(written?.[2])).toBeCloseTo(latitude, 6);
    }
  });

  it("opens geojson with evidence, which it passes over", async () => {
    const [whole, plain] = [await told("geojson"), await file("geojson", "plain.geojson")];
    const placesIn = (path: string): string =>
      execFileSync("ogr2ogr", ["-f", "CSV", "/vsistdout/", path, "-lco", "GEOMETRY=AS_WKT", "-select", "label,score"], {
        encoding: "utf8",
      });
    expect(placesIn(whole)).toBe(placesIn(plain));
  });

  it("opens flatgeobuf in the coordinate system that the picture came in, and knows which that is", async () => {
    const path = await file("flatgeobuf", "own.fgb", "source");
    expect(execFileSync("ogrinfo", ["-so", "-al", path], { encoding: "utf8" })).toContain('ID["EPSG",32631]');
    const csv = execFileSync("ogr2ogr", ["-f", "CSV", "/vsistdout/", path, "-lco", "GEOMETRY=AS_WKT"], {
      encoding: "utf8",
    });
    const lines = csv.trim().split("\n");
    const [a, b, c, d, e, f] = scale.transform;
    for (const [index, [x, y]] of corners.entries()) {
      const written = /POLYGON \(\(([-\d.]+) ([-\d.]+)/.exec(lines[index + 1] ?? "");
      expect(Number(written?.[1])).toBeCloseTo(a * x + b * y + c, 6);
      expect(Number(written?.[2])).toBeCloseTo(d * x + e * y + f, 6);
    }
  });
});

describe.runIf(has("python3"))("Python", () => {
  it("reads the archive of YOLO labels, the XML and the CSV", async () => {
    const paths = [await file("yolo", "a.zip"), await file("voc", "a.xml"), await file("csv", "a.csv")];
    const program = `
import csv, sys, zipfile, xml.etree.ElementTree as tree
archive = zipfile.ZipFile(sys.argv[1])
assert archive.testzip() is None
rows = [line.split() for line in archive.read("labels/scene.txt").decode().splitlines()]
print(len(rows), all(0 <= float(part) <= 1 for row in rows for part in row[1:]), archive.read("classes.txt").decode().split("\\n")[:2])
print(len(tree.parse(sys.argv[2]).getroot().findall("object/bndbox/xmin")))
print([row["label"] for row in csv.DictReader(open(sys.argv[3], newline="", encoding="utf-8"))])`;
    const said = execFileSync("python3", ["-c", program, ...paths], { encoding: "utf8" })
      .trim()
      .split("\n");
    expect(said).toEqual([
      "5 True ['car, red', 'roof']",
      "5",
      "['car, red', 'car, red', 'car, red', 'car, red', 'roof']",
    ]);
  });
});
