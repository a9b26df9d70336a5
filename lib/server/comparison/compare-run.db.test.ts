import { beforeAll, describe, expect, it } from "vitest";
import { GET as exportPart } from "#app/api/v1/runs/[runId]/compare/export/route.ts";
import { GET as places } from "#app/api/v1/runs/[runId]/compare/places/route.ts";
import { GET as compare } from "#app/api/v1/runs/[runId]/compare/route.ts";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { comparedPlacesSchema } from "#lib/core/api/compared-places.ts";
import { comparisonSchema } from "#lib/core/api/comparisons.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { createToken } from "../access/tokens.ts";
import { detect, imageWithRun } from "../findings/finding-fixtures.ts";

freshDatabase();
let token: string;
let here: { imageId: string; runId: string };
let there: { imageId: string; runId: string };
beforeAll(async () => {
  token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
  here = await imageWithRun();
  there = { imageId: here.imageId, runId: uuidv7() };
  await pool().query(
    `INSERT INTO runs (id, image_id, state, configuration, concurrency, created_by)
      VALUES ($1, $2, 'completed', '{"classes": []}', 1, 'test')`,
    [there.runId, there.imageId],
  );
  await detect(here, [{ x: 0 }, { x: 100 }, { x: 200, label: "bus" }, { x: 300 }, { x: 400, review: "rejected" }]);
  await detect(there, [{ x: 2 }, { x: 102, label: "truck" }, { x: 500, label: "bus" }, { x: 400 }]);
});

type Handler = (request: Request, context: { params: Promise<Record<string, string>> }) => Promise<Response>;

function call(handler: Handler, search: string): Promise<Response> {
  const request = new Request(`http://127.0.0.1/x?${search}`, { headers: { authorization: `Bearer ${token}` } });
  return handler(request, { params: Promise.resolve({ runId: here.runId }) });
}

describe("a comparison", () => {
  it("of two runs counts what matches, has another name, and is on one side alone", async () => {
    const found = comparisonSchema.parse(await (await call(compare, `with=${there.runId}`)).json());
    expect(found).toMatchObject({
      here: 4,
      there: 4,
      matched: 1,
      renamed: 1,
      onlyHere: 2,
      onlyThere: 2,
      agreement: 0.25,
    });
    expect(found.names).toEqual([{ here: "car", there: "truck", count: 1 }]);
    expect(found.classes).toMatchObject([
      { label: "bus", here: 1, there: 1, matched: 0 },
      { label: "car", here: 3, there: 2, matched: 1, onlyHere: 2, onlyThere: 1 },
      { label: "truck", here: 0, there: 1, matched: 0, agreement: 0 },
    ]);
    expect(await (await call(compare, `with=${there.runId}&iou=0.99`)).json()).toMatchObject({
      matched: 0,
      meanIou: null,
    });
  });

  it.each([
    ["matched", [0]],
    ["renamed", [100]],
    ["only-here", [200, 300]],
    ["only-there", [400, 500]],
  ])("exports what is %s", async (part, expected) => {
    const response = await call(exportPart, `with=${there.runId}&part=${part}&format=coco`);
    expect(response.headers.get("content-disposition")).toContain(`plain.${part}.coco.json`);
    const { annotations } = await response.json();
    expect(annotations.map(({ bbox }: { bbox: number[] }) => bbox[0]).toSorted()).toEqual(expected);
  });

  it("of several tells what they share by who has it, with the places, also of a part of the picture", async () => {
    const ask = async (search: string) => comparedPlacesSchema.parse(await (await call(places, search)).json());
    const found = await ask(`with=${there.runId}&with=drawn`);
    expect(found.sides.map(({ findings }) => findings)).toEqual([4, 4, 0]);
    expect(found.regions).toEqual([
      { in: [0, 1], renamed: false, count: 1 },
      { in: [0, 1], renamed: true, count: 1 },
      { in: [0], renamed: false, count: 2 },
      { in: [1], renamed: false, count: 2 },
    ]);
    expect(found.pairs[0]).toEqual({ a: 0, b: 1, matched: 1, agreement: 0.25 });
    expect(found.total).toBe(6);
    const part = await ask(`with=${there.runId}&bbox=90,0,50,100`);
    expect(part.places).toMatchObject([{ in: [0, 1], renamed: true, labels: ["car", "truck"] }]);
    expect(part.regions).toHaveLength(4);
    expect((await ask("")).regions).toEqual([{ in: [0], renamed: false, count: 4 }]);
    expect((await ask(`with=${there.runId}&limit=1`)).places).toHaveLength(1);
  });

  it("is with a run of the same image, or with what was imported or drawn there", async () => {
    expect(await (await call(compare, "with=imported")).json()).toMatchObject({ there: 0, onlyHere: 4, agreement: 0 });
    const other = await imageWithRun();
    expect((await call(compare, `with=${other.runId}`)).status).toBe(422);
    expect((await call(compare, "with=nothing")).status).toBe(400);
  });
});
