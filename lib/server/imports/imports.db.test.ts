import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET as exportImage } from "#app/api/v1/images/[imageId]/export/route.ts";
import { POST as importFile } from "#app/api/v1/images/[imageId]/import/route.ts";
import { GET as list } from "#app/api/v1/images/[imageId]/imports/route.ts";
import { POST as undo } from "#app/api/v1/imports/[importId]/undo/route.ts";
import { pool } from "#db/client.ts";
import { readAudit } from "#db/queries/audit.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type ImportReport, importReportSchema } from "#lib/core/api/imports.ts";
import { FORMAT_IDS } from "#lib/core/formats/registry.ts";
import { createToken } from "../access/tokens.ts";
import { detect, events, imageWithRun } from "../findings/finding-fixtures.ts";

freshDatabase();
let folder: string;
const tokens: Record<string, string> = {};
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-imports-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  for (const role of ["viewer", "reviewer"] as const)
    tokens[role] = (await createToken({ name: role, role }, "test")).token;
});
afterAll(() => rm(folder, { recursive: true }));

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

function call(handler: Handler, params: Record<string, string>, search = "", body?: BodyInit, who = "reviewer") {
  const init = {
    method: body === undefined && handler !== undo ? "GET" : "POST",
    ...(body === undefined ? {} : { body }),
  };
  const headers = { authorization: `Bearer ${tokens[who]}` };
  return handler(new Request(`http://127.0.0.1/x?${search}`, { ...init, headers }), {
    params: Promise.resolve(params),
  });
}

async function bring(imageId: string, body: BodyInit, search = ""): Promise<ImportReport> {
  const response = await call(importFile, { imageId }, search, body);
  const text = await response.text();
  expect(response.status, text).toBe(search.includes("dryRun") ? 200 : 201);
  return importReportSchema.parse(JSON.parse(text));
}

async function findingsOf(imageId: string): Promise<Record<string, unknown>[]> {
  const { rows } = await pool().query(
    `SELECT id, label, score, source, review, x, y, width, height, created_by, import_id FROM findings
      WHERE image_id = $1 AND deleted_at IS NULL ORDER BY label, y, x`,
    [imageId],
  );
  return rows;
}

const csv = (...lines: string[]): string => ["label,x,y,width,height,score,id", ...lines].join("\n");

describe("an import", () => {
  it.each(["csv", "geojson", "flatgeobuf", "qupath", "w3c"])(
    "keeps, of %s, how far the tiles that saw a finding agreed on it",
    async (format) => {
      const from = await imageWithRun();
      const [id] = await detect(from, [{ x: 500 }, { x: 900 }]);
      await pool().query("UPDATE findings SET disagreement = 0.25 WHERE id = $1", [id]);
      const exported = await call(exportImage, { imageId: from.imageId }, `format=${format}`);
      const to = await imageWithRun();
      const file = new Uint8Array(await exported.arrayBuffer());
      expect(await bring(to.imageId, file, `name=a&format=${format}`)).toMatchObject({ added: 2, failed: 0 });
      const { rows } = await pool().query(
        "SELECT x, disagreement, measurements FROM findings WHERE image_id = $1 ORDER BY x",
        [to.imageId],
      );
      expect(rows).toEqual([
        { x: 500, disagreement: 0.25, measurements: null },
        { x: 900, disagreement: null, measurements: null },
      ]);
    },
  );

  it("brings findings in under their names here, and reports what is none, with its line", async () => {
    const { imageId } = await imageWithRun();
    const text = csv(
      "car,1,2,3,4,0.5,",
      "tree,5,5,5,5,,",
      "Auto,9,9,9,9,,",
      "car,x,2,3,4,,",
      "car,200000,1,2,3,,",
      "car,1,2,3,4,7,",
    );
    const classes = encodeURIComponent('{"Auto":"car","tree":null}');
    const report = await bring(imageId, text, `name=cars.csv&classes=${classes}`);
    expect(report).toMatchObject({ format: "csv", found: 3, added: 2, duplicates: 0, leftOut: 1, failed: 3 });
    expect(report.failures.map(({ at }) => at)).toEqual(["line 5", "finding 4", "line 7"]);
    expect(report.classes).toEqual([
      { label: "Auto", to: "car", count: 1 },
      { label: "car", to: "car", count: 1 },
      { label: "tree", to: null, count: 1 },
    ]);
    expect(await findingsOf(imageId)).toMatchObject([
      {
        label: "car",
        x: 1,
        score: 0.5,
        source: "import",
        review: "unreviewed",
        created_by: "token:reviewer",
        import_id: report.import,
      },
      { label: "car", x: 9, score: null },
    ]);
    expect((await readAudit(pool(), `image:${imageId}`)).at(-1)).toMatchObject({
      action: "import",
      details: { added: 2, failed: 3 },
    });
    expect((await events(imageId)).at(-1)).toMatchObject({ kind: "findings", reset: true });
  });

  it("says in a dry run what would come in, and where, and changes nothing", async () => {
    const place = await imageWithRun();
    await detect(place, [{ x: 10, y: 10, size: 100 }]);
    const text = csv("car,11,10,100,100,,", "bus,11,10,100,100,,");
    const report = await bring(place.imageId, text, "dryRun=true");
    expect(report).toMatchObject({ import: null, dryRun: true, found: 2, added: 1, duplicates: 1 });
    expect(report.boxes).toEqual([
      { page: 0, box: [11, 10, 100, 100], label: "car", isNew: false },
      { page: 0, box: [11, 10, 100, 100], label: "bus", isNew: true },
    ]);
    expect(await findingsOf(place.imageId)).toHaveLength(1);
    expect((await (await call(list, { imageId: place.imageId })).json()).items).toEqual([]);
  });

  it("leaves out what is there by id or place and class, unless all is wanted", async () => {
    const place = await imageWithRun();
    const other = await imageWithRun();
    const [own] = await detect(place, [{ x: 10, y: 10, size: 100 }]);
    const [foreign] = await detect(other, [{}]);
    const text = csv(
      `car,500,500,5,5,,${own}`,
      "car,12,10,100,100,,",
      "car,30,10,100,100,,",
      `car,700,7,5,5,,${foreign}`,
    );
    expect(await bring(place.imageId, text)).toMatchObject({ added: 2, duplicates: 2 });
    // Alike within one file is not alike to what was there: a file is taken as it is.
    const twins = csv("point,40,40,0,0,,", "point,40,40,0,0,,");
    expect(await bring(place.imageId, twins)).toMatchObject({ added: 2 });
    expect(await bring(place.imageId, twins)).toMatchObject({ added: 0, duplicates: 2 });
    expect(await bring(place.imageId, text, "duplicates=add")).toMatchObject({ added: 4, duplicates: 0 });
    const ids = (await findingsOf(place.imageId)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).not.toContain(foreign);
  });

  it("is taken back as one, several files together, but for what somebody has worked on", async () => {
    const { imageId } = await imageWithRun();
    const first = await bring(imageId, csv("car,1,2,3,4,,", "car,100,2,3,4,,"));
    const joined = await bring(imageId, csv("bus,1,2,3,4,,"), `import=${first.import}`);
    expect(joined.import).toBe(first.import);
    await pool().query("UPDATE findings SET version = 2, review = 'accepted' WHERE import_id = $1 AND x = 100", [
      first.import,
    ]);
    const importId = String(first.import);
    expect(await (await call(undo, { importId })).json()).toEqual({ removed: 2, kept: 1 });
    expect(await findingsOf(imageId)).toMatchObject([{ x: 100 }]);
    expect((await call(undo, { importId })).status).toBe(409);
    expect((await call(importFile, { imageId }, `import=${importId}`, csv("car,1,2,3,4,,"))).status).toBe(409);
    const { items } = await (await call(list, { imageId })).json();
    expect(items).toMatchObject([{ id: importId, files: [{ added: 2 }, { added: 1 }], undoneAt: expect.any(String) }]);
  });

  it("writes nothing where the file breaks off, or is of no known format", async () => {
    const { imageId } = await imageWithRun();
    const whole = JSON.stringify({
      type: "FeatureCollection",
      features: [{ type: "Feature", properties: { label: "a" }, geometry: { type: "Point", coordinates: [1, 1] } }],
    });
    for (const body of [whole.slice(0, -5), "what is this?"]) {
      expect((await call(importFile, { imageId }, "", body)).status).toBe(422);
    }
    expect(await findingsOf(imageId)).toEqual([]);
  });

  it("is for reviewers", async () => {
    const { imageId } = await imageWithRun();
    expect((await call(importFile, { imageId }, "", csv("car,1,2,3,4,,"), "viewer")).status).toBe(404);
  });
});

it.each(FORMAT_IDS)("what leaves as %s and comes in elsewhere leaves as the same", async (format) => {
  const place = await imageWithRun();
  await pool().query(`UPDATE runs SET configuration = '{"classes": []}'`);
  await detect(place, [
    { label: "bus", x: 5.25 },
    { label: "car", score: null },
    { label: "car", x: 400, review: "accepted" },
  ]);
  const elsewhere = await imageWithRun();
  const first = await (await call(exportImage, place, `format=${format}`)).bytes();
  expect(await bring(elsewhere.imageId, first)).toMatchObject({ format, added: 3, failed: 0 });
  const second = await (await call(exportImage, elsewhere, `format=${format}`)).bytes();
  const anonymous = (bytes: Uint8Array): string =>
    Buffer.from(bytes)
      .toString("latin1")
      .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "ID");
  // Classes of an image stand in order of the alphabet; results have no names, so they come in as numbers.
  if (format !== "coco-results") expect(anonymous(second)).toBe(anonymous(first));
});
