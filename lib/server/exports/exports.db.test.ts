import { beforeAll, describe, expect, it } from "vitest";
import { GET as previewImage } from "#app/api/v1/images/[imageId]/export/preview/route.ts";
import { GET as exportImage } from "#app/api/v1/images/[imageId]/export/route.ts";
import { GET as previewRun } from "#app/api/v1/runs/[runId]/export/preview/route.ts";
import { GET as exportRun } from "#app/api/v1/runs/[runId]/export/route.ts";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { classColour } from "#lib/core/detection/class-colour.ts";
import { newFindingSchema } from "#lib/core/detection/finding.ts";
import { EXPORT_FORMAT_IDS } from "#lib/core/formats/registry.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { createToken } from "../access/tokens.ts";
import { drawFinding } from "../findings/draw-finding.ts";
import { detect, imageWithRun, type Spot } from "../findings/finding-fixtures.ts";

freshDatabase();
let token: string;
beforeAll(async () => {
  token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

async function call(handler: Handler, params: Record<string, string>, search: string): Promise<Response> {
  const request = new Request(`http://127.0.0.1/export?${search}`, { headers: { authorization: `Bearer ${token}` } });
  return handler(request, { params: Promise.resolve(params) });
}

/** A run whose configuration is enough for an export. */
async function place(): Promise<{ imageId: string; runId: string }> {
  const made = await imageWithRun();
  await pool().query(`UPDATE runs SET configuration = '{"classes": ["zebra", "car"]}' WHERE id = $1`, [made.runId]);
  return made;
}

/** Connections that hold a snapshot open. */
async function openSnapshots(): Promise<number> {
  const { rows } = await pool().query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
  );
  return rows[0].count;
}

describe("an export", () => {
  it("of a run holds what its models found and nobody rejected, in an order that stays", async () => {
    const { imageId, runId } = await place();
    const [low, high, , bus] = await detect({ imageId, runId }, [
      { y: 500, label: "car" },
      { y: 20, label: "car" },
      { label: "car", review: "rejected" },
      { label: "bus" },
    ]);
    await drawFinding(newFindingSchema.parse({ imageId, box: [1, 1, 5, 5], label: "drawn" }), "test");
    const response = await call(exportRun, { runId }, "format=qupath");
    expect(response.status).toBe(200);
    const { features } = await response.json();
    expect(features.map((feature: { id: string }) => feature.id)).toEqual([bus, high, low]);

    const coco = await (await call(exportRun, { runId }, "format=coco")).json();
    expect(coco.categories.map((category: { name: string }) => category.name)).toEqual(["zebra", "car", "bus"]);
    expect(coco.annotations).toHaveLength(3);
  });

  it("has classes in the colours of its run; that of an image in those of the run that was started last", async () => {
    const first = await place();
    const { rows } = await pool().query(
      `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by, created_at)
        SELECT gen_random_uuid(), image_id, state, $2, 1, 'test', created_at + interval '1 s' FROM runs WHERE id = $1
        RETURNING id`,
      [first.runId, { classes: [], colours: { bus: "#000001", car: "#000002" } }],
    );
    await pool().query("UPDATE runs SET configuration = configuration || $2 WHERE id = $1", [
      first.runId,
      { colours: { car: "#000003", van: "#000004" } },
    ]);
    for (const runId of [first.runId, rows[0].id as string]) {
      await detect(
        { ...first, runId },
        ["car", "bus", "van"].map((label, at) => ({ label, y: at * 100 })),
      );
    }
    const blues = async (handler: Handler, params: Record<string, string>) => {
      const { features } = await (await call(handler, params, "format=qupath")).json();
      const classes = features.map(
        (feature: { properties: { classification: unknown } }) => feature.properties.classification,
      );
      return Object.fromEntries(classes.map(({ name, color }: { name: string; color: number[] }) => [name, color]));
    };
    const usual = { bus: classColour("bus"), van: classColour("van") };
    expect(await blues(exportRun, { runId: first.runId })).toEqual({ ...usual, car: [0, 0, 3], van: [0, 0, 4] });
    expect(await blues(exportRun, { runId: rows[0].id })).toEqual({ ...usual, car: [0, 0, 2], bus: [0, 0, 1] });
    expect(await blues(exportImage, { imageId: first.imageId })).toEqual({
      ...{ car: [0, 0, 2], bus: [0, 0, 1], van: [0, 0, 4] },
    });
  });

  it("in the picture's own coordinates is refused where the picture or the format has none", async () => {
    const { imageId } = await place();
    const own = (format: string) => call(exportImage, { imageId }, `format=${format}&space=source`);
    expect(await (await own("flatgeobuf")).json()).toMatchObject({ code: "bad-input" });
    const scale = { crs: "EPSG:32631", transform: [0.5, 0, 645_000, 0, -0.5, 5_772_000] };
    await pool().query("UPDATE images SET scale = $2 WHERE id = $1", [imageId, scale]);
    expect(await (await own("geojson")).json()).toMatchObject({
      code: "bad-input",
      detail: expect.stringContaining("coordinate system"),
    });
    expect((await call(previewImage, { imageId }, "format=geojson&space=source")).status).toBe(422);
    const written = await own("flatgeobuf");
    expect(written.status).toBe(200);
    expect(new Uint8Array(await written.arrayBuffer()).subarray(0, 3)).toEqual(new Uint8Array([0x66, 0x67, 0x62]));
  });

  it("is told beforehand: how many, and what the format leaves out", async () => {
    const { imageId, runId } = await place();
    await detect({ imageId, runId }, [{}, { review: "accepted" }, { review: "rejected" }]);
    await pool().query("UPDATE findings SET disagreement = 0.5 WHERE run_id = $1", [runId]);
    const geometry = { type: "Point" as const, coordinates: [4, 4] as [number, number] };
    await drawFinding(newFindingSchema.parse({ imageId, box: [1, 1, 5, 5], label: "drawn", geometry }), "test");
    expect(await (await call(previewRun, { runId }, "format=w3c")).json()).toEqual({ count: 2, losses: [] });
    expect(await (await call(previewImage, { imageId }, "format=voc")).json()).toEqual({
      count: 3,
      losses: [
        "1 point becomes a box without area",
        "2 decisions are left out",
        "how far tiles agree on 2 findings is left out",
        "3 ids are left out: who reads the file gives new ones",
      ],
    });
  });

  it("is narrowed as a list of findings is: by class, score and page", async () => {
    const { imageId, runId } = await place();
    await detect({ imageId, runId }, [
      { score: 0.9 },
      { score: 0.2 },
      { label: "bus", score: 0.9 },
      { label: "van", score: null },
    ]);
    const narrowed = "format=coco&minScore=0.5&label=car&label=van&page=0";
    expect((await (await call(exportRun, { runId }, narrowed)).json()).annotations).toHaveLength(2);
    expect(await (await call(previewRun, { runId }, narrowed)).json()).toMatchObject({ count: 2 });
    expect(await (await call(previewRun, { runId }, "format=coco&page=1")).json()).toMatchObject({ count: 0 });
  });

  it("is narrowed as the viewer narrows: by thresholds of classes, by size and by where findings are from", async () => {
    const { imageId, runId } = await place();
    await detect({ imageId, runId }, [{ score: 0.9 }, { score: 0.6 }, { label: "bus", score: 0.6 }]);
    const count = async (narrowed: string): Promise<number> => {
      const { annotations } = await (await call(exportRun, { runId }, `format=coco&${narrowed}`)).json();
      expect(await (await call(previewRun, { runId }, `format=coco&${narrowed}`)).json()).toMatchObject({
        count: annotations.length,
      });
      return annotations.length;
    };
    expect(await count(`minScore=0.5&labelScores=${encodeURIComponent('{"car":0.7}')}`)).toBe(2);
    expect(await count("source=model&maxSide=100000")).toBe(3);
    expect(await count("source=person")).toBe(0);
    expect(await count("minSide=100000")).toBe(0);
    expect((await call(exportRun, { runId }, "format=coco&labelScores=car")).status).toBe(400);
  });

  it("of an image holds drawn ones too, and rejected ones where they are asked for", async () => {
    const { imageId, runId } = await place();
    await detect({ imageId, runId }, [{}, { review: "rejected" }]);
    await drawFinding(newFindingSchema.parse({ imageId, box: [1, 1, 5, 5], label: "drawn" }), "test");
    const count = async (search: string) =>
      (await (await call(exportImage, { imageId }, `format=qupath&${search}`)).json()).features.length;
    expect(await count("")).toBe(2);
    expect(await count("review=all")).toBe(3);
    expect(await count("review=rejected")).toBe(1);
    expect(await count("review=accepted")).toBe(1);
  });

  it("of an image is of several of its runs where they are chosen, and never of another image's", async () => {
    const { imageId, runId: first } = await place();
    const others: string[] = [];
    for (const label of ["truck", "boat"]) {
      const { rows } = await pool().query(
        `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by)
          VALUES (gen_random_uuid(), $1, 'completed', $2, 1, 'test') RETURNING id`,
        [imageId, { classes: [label] }],
      );
      others.push(rows[0].id);
    }
    const [second = "", third = ""] = others;
    await detect({ imageId, runId: first }, [{ label: "car" }]);
    await detect({ imageId, runId: second }, [{ label: "truck" }, { label: "truck", review: "rejected" }]);
    await detect({ imageId, runId: third }, [{ label: "boat" }]);
    await drawFinding(newFindingSchema.parse({ imageId, box: [1, 1, 5, 5], label: "drawn" }), "test");

    const both = `run=${second}&run=${first}`;
    const coco = await (await call(exportImage, { imageId }, `format=coco&${both}`)).json();
    expect(coco.annotations).toHaveLength(2);
    // What the runs were asked for, in the order in which they are named.
    expect(coco.categories.map((category: { name: string }) => category.name)).toEqual(["truck", "zebra", "car"]);
    const one = await (await call(exportImage, { imageId }, `format=geojson&run=${third}`)).json();
    expect(one.features).toMatchObject([{ properties: { label: "boat" } }]);

    const elsewhere = await place();
    const refused = await call(exportImage, { imageId }, `format=coco&run=${elsewhere.runId}`);
    expect([refused.status, await refused.text()]).toEqual([422, expect.stringContaining("no such run")]);
    const ofRun = await call(exportRun, { runId: first }, `format=coco&run=${second}`);
    expect([ofRun.status, await ofRun.text()]).toEqual([422, expect.stringContaining("of that run alone")]);
  });

  it("comes as a download in every format, under the image's name", async () => {
    const { imageId, runId } = await place();
    await pool().query("UPDATE images SET name = 'Fähre \"7\".tif' WHERE id = $1", [imageId]);
    const [id] = await detect({ imageId, runId }, [{}]);
    await pool().query("UPDATE findings SET text = 'a word of more than twenty letters' WHERE id = $1", [id]);
    for (const format of EXPORT_FORMAT_IDS) {
      const response = await call(exportRun, { runId }, `format=${format}`);
      expect([format, response.status]).toEqual([format, 200]);
      expect(response.headers.get("content-disposition")).toContain(`filename*=UTF-8''F%C3%A4hre%20%227%22.${format}`);
      expect(response.headers.get("content-disposition")).toMatch(/^attachment; filename="[\w.() -]+"; /);
      expect((await response.text()).length).toBeGreaterThan(20);
    }
  });

  it("of the unknown is 404, in an unknown format a sentence with the known ones", async () => {
    const { runId } = await place();
    expect((await call(exportRun, { runId: uuidv7() }, "format=coco")).status).toBe(404);
    const refused = await call(exportRun, { runId }, "format=docx");
    expect([refused.status, (await refused.json()).detail]).toEqual([422, expect.stringContaining("coco")]);
    expect(await openSnapshots()).toBe(0);
  });

  it("lets go of the database when its reader leaves, at once or in the middle", async () => {
    const { imageId, runId } = await place();
    await detect(
      { imageId, runId },
      Array.from({ length: 20_000 }, (_, index): Spot => ({ y: index })),
    );
    const unread = await call(exportRun, { runId }, "format=csv");
    await unread.body?.cancel();
    const half = await call(exportRun, { runId }, "format=csv");
    const reader = half.body?.getReader();
    expect((await reader?.read())?.value?.length).toBeGreaterThan(1000);
    await expect.poll(openSnapshots).toBe(1);
    await reader?.cancel();
    await expect.poll(openSnapshots).toBe(0);
    const whole = await (await call(exportRun, { runId }, "format=csv")).text();
    expect(whole.trimEnd().split("\n")).toHaveLength(20_001);
  });
});
