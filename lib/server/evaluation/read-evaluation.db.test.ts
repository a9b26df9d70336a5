import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GET } from "#app/api/v1/runs/[runId]/evaluation/route.ts";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type EvaluationPage, evaluationPageSchema } from "#lib/core/api/evaluation-details.ts";
import { importQuery } from "#lib/core/api/imports.ts";
import type { Principal } from "../access/principal.ts";
import { createToken } from "../access/tokens.ts";
import { changeFinding } from "../findings/change-finding.ts";
import { detect, imageWithRun } from "../findings/finding-fixtures.ts";
import { fileSource } from "../imports/file-source.ts";
import { importFindings } from "../imports/import-findings.ts";

freshDatabase();
let folder: string;
let token: string;
let place: { imageId: string; runId: string };
let found: string[];
const ana: Principal = { id: "ana", actor: "ana@example.org", role: "reviewer", kind: "session" };
const ben: Principal = { ...ana, id: "ben", actor: "ben@example.org" };

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-evaluation-"));
  token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
  place = await imageWithRun();
  await pool().query(`UPDATE runs SET configuration = $2 WHERE id = $1`, [
    place.runId,
    JSON.stringify({ pages: [0], classes: [], preset: "general", minScore: 0.3 }),
  ]);
  found = await detect(place, [
    { x: 100, y: 0, size: 50, score: 0.9 },
    { x: 300, y: 0, size: 50, score: 0.8 },
    { x: 500, y: 0, size: 50, score: 0.7, label: "bus" },
    { x: 900, y: 0, size: 50, score: 0.6 },
  ]);
});
afterAll(() => rm(folder, { recursive: true }));

async function ask(search: string): Promise<EvaluationPage> {
  const request = new Request(`http://127.0.0.1/x?${search}`, { headers: { authorization: `Bearer ${token}` } });
  const response = await GET(request, { params: Promise.resolve({ runId: place.runId }) });
  expect(response.status).toBe(200);
  return evaluationPageSchema.parse(await response.json());
}

describe("the page of an evaluation", () => {
  it("says that there is nothing to compare with", async () => {
    expect(await ask("")).toMatchObject({ truths: [], truth: null, evaluation: null, minScore: 0.3 });
  });

  it("takes for the truth what people drew or accepted, one of them or all, and the model by its own word", async () => {
    const [first = "", second = "", third = "", fourth = ""] = found;
    await changeFinding(first, { review: "accepted" }, null, ana);
    await changeFinding(second, { review: "rejected" }, null, ana);
    await changeFinding(third, { review: "accepted", label: "truck" }, null, ben);
    const page = await ask("truth=people");
    expect(page.truths.map(({ id, findings }) => [id, findings])).toEqual([
      ["people", 2],
      ["person:ana@example.org", 1],
      ["person:ben@example.org", 1],
    ]);
    expect(page.undecided).toBe(1);
    expect(page.evaluation?.overall).toMatchObject({ truths: 2, findings: 4, truePositives: 1 });
    expect(page.evaluation?.invented.examples.map(({ findingId, because }) => [findingId, because])).toEqual([
      [second, "nothing"],
      [third, "other-class"],
      [fourth, "nothing"],
    ]);
    expect(page.evaluation?.missed).toMatchObject({
      total: 1,
      examples: [{ findingId: third, label: "truck", because: "other-class", beside: { label: "bus" } }],
    });
    expect((await ask("truth=person:ana@example.org")).evaluation?.overall).toMatchObject({ truths: 1, findings: 4 });
  });

  it("is against what was imported, curves and examples by class, and as POST evaluates it", async () => {
    const file = join(folder, "truth.csv");
    await writeFile(file, "label,x,y,width,height\ncar,100,0,50,50\ncar,2000,0,80,80\nbus,520,0,50,50\n");
    await importFindings(place.imageId, await fileSource(file), importQuery.parse({ duplicates: "add" }), "test");
    const { truth, evaluation, truths } = await ask("iou=0.5");
    expect(truth).toBe("imported");
    expect(truths[0]).toEqual({ id: "imported", name: "Imported ground truth", findings: 3 });
    // The rejected one is not held against the run, and the relabelled one is a truck.
    expect(evaluation?.overall).toMatchObject({ truths: 3, findings: 3, truePositives: 1, ar: expect.any(Number) });
    expect(evaluation?.curves.map(({ label, truths: count }) => [label, count])).toEqual([
      ["car", 2],
      ["bus", 1],
      ["truck", 0],
    ]);
    expect(evaluation?.missed.examples.map(({ box, because }) => [box[0], because])).toEqual([
      [2000, "nothing"],
      [520, "loose"],
    ]);
    const cars = await ask("iou=0.5&label=car&examples=1");
    expect(cars.evaluation?.invented).toMatchObject({ total: 1, examples: [{ score: expect.closeTo(0.6, 6) }] });
    expect(cars.evaluation?.missed.total).toBe(1);
  });

  it("knows nothing of what lies outside the region of its run", async () => {
    const region = {
      type: "Polygon",
      coordinates: [
        [
          [0, 0],
          [600, 0],
          [600, 600],
          [0, 600],
          [0, 0],
        ],
      ],
    };
    await pool().query(
      "UPDATE runs SET configuration = configuration || jsonb_build_object('region', $2::jsonb) WHERE id = $1",
      [place.runId, JSON.stringify(region)],
    );
    expect((await ask("truth=imported")).evaluation?.overall.truths).toBe(2);
  });
});
