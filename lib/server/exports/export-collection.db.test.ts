import { beforeAll, describe, expect, it } from "vitest";
import { GET as previewSet } from "#app/api/v1/collections/[collectionId]/export/preview/route.ts";
import { GET as exportSet } from "#app/api/v1/collections/[collectionId]/export/route.ts";
import { POST as runAll } from "#app/api/v1/collections/[collectionId]/runs/route.ts";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import type { Role } from "#lib/core/access/role.ts";
import { createToken } from "../access/tokens.ts";
import { detect, imageWithRun } from "../findings/finding-fixtures.ts";
import { addCollection } from "../images/collections.ts";

freshDatabase();
let collectionId: string;
let images: { imageId: string; runId: string }[];

beforeAll(async () => {
  process.env["OPENAI_COMPATIBLE_BASE_URL"] = "http://127.0.0.1:9/v1";
  collectionId = (await addCollection({ name: "survey", providers: ["local"], defaults: {} }, "test")).id;
  images = [await imageWithRun(), await imageWithRun()];
  const ids = images.map(({ imageId }) => imageId);
  await pool().query("UPDATE images SET collection_id = $1, name = 'roof.tif' WHERE id = ANY($2)", [collectionId, ids]);
  const [first, second] = images;
  if (!first || !second) throw new Error("there are two images");
  await pool().query("UPDATE runs SET state = 'completed' WHERE id = $1", [first.runId]);
  await detect(first, [{ x: 0 }, { x: 100, label: "bus" }, { x: 200, review: "rejected" }]);
  await detect(second, [{ x: 300 }]);
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

async function call(handler: Handler, role: Role, init: { search?: string; body?: unknown } = {}): Promise<Response> {
  const { token } = await createToken({ name: role, role }, "test");
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const more = init.body === undefined ? {} : { method: "POST", body: JSON.stringify(init.body) };
  const request = new Request(`http://127.0.0.1/x?${init.search ?? ""}`, { headers, ...more });
  return handler(request, { params: Promise.resolve({ collectionId }) });
}

describe("a collection", () => {
  it("leaves as one set: of each image what its latest run found that has ended, or all there is", async () => {
    const response = await call(exportSet, "viewer", { search: "format=coco" });
    expect(response.headers.get("content-disposition")).toContain("survey.coco.json");
    const latest = await response.json();
    expect(latest.images.map((image: { file_name: string }) => image.file_name)).toEqual(["roof.tif", "roof-2.tif"]);
    expect(
      latest.annotations.map(({ image_id, bbox }: { image_id: number; bbox: number[] }) => [image_id, bbox[0]]),
    ).toEqual([
      [1, 100],
      [1, 0],
    ]);
    const all = await (await call(exportSet, "viewer", { search: "format=coco&runs=all&review=all" })).json();
    expect(all.annotations).toHaveLength(4);
    const zip = await call(exportSet, "viewer", { search: "format=yolo" });
    expect(zip.headers.get("content-type")).toBe("application/zip");
    expect((await call(exportSet, "viewer", { search: "format=nothing" })).status).toBe(422);
  });

  it("says beforehand how much of how many pictures goes, and what is lost", async () => {
    const latest = await (await call(previewSet, "viewer", { search: "format=yolo" })).json();
    expect(latest).toMatchObject({ count: 2, images: 2, withoutRun: 1 });
    expect(latest.losses.length).toBeGreaterThan(0);
    const all = await (await call(previewSet, "viewer", { search: "format=geojson&runs=all&review=all" })).json();
    expect(all).toEqual({ count: 4, images: 2, withoutRun: 0, losses: [] });
    expect((await call(previewSet, "viewer", { search: "format=pdf" })).status).toBe(422);
  });

  it("is run as a whole under one configuration; what can't be analysed is told", async () => {
    await pool().query("UPDATE images SET state = 'ingesting' WHERE id = $1", [images[1]?.imageId]);
    expect((await call(runAll, "viewer", { body: {} })).status).toBe(404);
    const response = await call(runAll, "operator", { body: { preset: "vehicles" } });
    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({
      started: [{ imageId: images[0]?.imageId }],
      refused: [{ imageId: images[1]?.imageId, name: "roof.tif", code: "not-ready" }],
    });
    const { rows } = await pool().query("SELECT configuration->>'preset' AS preset FROM runs WHERE state = 'queued'");
    expect(rows).toEqual([{ preset: "vehicles" }]);
    expect((await call(runAll, "operator", { body: { preset: "nothing-such" } })).status).toBe(422);
  });

  it("asks for leave where the pictures would be sent away, whatever else hinders some of them", async () => {
    const away = await call(runAll, "operator", { body: { model: "openai-compatible:some-model" } });
    expect([away.status, (await away.json()).code]).toEqual([409, "provider-not-allowed"]);
    await pool().query("UPDATE images SET state = CASE WHEN id = $1 THEN 'ingesting' ELSE 'ready' END", [
      images[0]?.imageId,
    ]);
    const turned = await call(runAll, "operator", { body: { model: "openai-compatible:some-model" } });
    expect((await turned.json()).code).toBe("provider-not-allowed");
  });
});
