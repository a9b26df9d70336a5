import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { type FakeProvider, startFakeProvider } from "#e2e/support/fake-provider.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { readRun } from "./read-run.ts";
import { synthesizeRun } from "./synthesize-run.ts";

freshDatabase();
let provider: FakeProvider;

beforeAll(async () => {
  provider = await startFakeProvider({ latencyMs: 200 });
  process.env["OPENAI_COMPATIBLE_BASE_URL"] = provider.url;
});
afterAll(() => provider.close());

/** A run whose tiles are done, about to be described by a hosted model: 14 cars and 3 people, nine and two of them in the upper right. */
async function describedRun(): Promise<{ runId: string; ids: string[] }> {
  const { runId, imageId } = await runningRun(9, { synthesisModel: "openai-compatible:liar", pages: [0] });
  await pool().query("UPDATE images SET pages = $2 WHERE id = $1", [
    imageId,
    JSON.stringify([{ width: 900, height: 900, levels: 1 }]),
  ]);
  await pool().query("UPDATE tiles SET state = 'done', detections = '[]' WHERE run_id = $1", [runId]);
  await pool().query("UPDATE runs SET state = 'synthesizing', tiles_total = 9 WHERE id = $1", [runId]);
  const spots = [
    ...spread("car", 9, 700, 100),
    ...spread("car", 5, 100, 700),
    ...spread("person", 2, 750, 50),
    ...spread("person", 1, 50, 750),
  ];
  const ids: string[] = [];
  for (const { label, x, y, score } of spots) {
    const id = uuidv7();
    ids.push(id);
    await pool().query(
      `INSERT INTO findings (id, image_id, run_id, page, x, y, width, height, label, model_label, score, source, provisional, members)
        VALUES ($1, $2, $3, 0, $4, $5, 20, 10, $6, $6, $7, 'model', false, '[]')`,
      [id, imageId, runId, x, y, label, score],
    );
  }
  return { runId, ids };
}

function spread(label: string, count: number, x: number, y: number) {
  // The surest are shown to the model first: F1 and on are the cars.
  return Array.from({ length: count }, (_, at) => ({ label, x: x + at, y, score: label === "car" ? 0.8 : 0.65 }));
}

async function synthesized(runId: string) {
  expect(await synthesizeRun({ version: TICKET_VERSION, runId, pass: 0, sequence: 0 })).toEqual({ state: "completed" });
  return readRun(runId);
}

it("asks no model for a scene that the budget has nothing left for, and writes it in fixed words", async () => {
  const { runId } = await describedRun();
  const spend = (cost: number) =>
    pool().query("UPDATE tiles SET input_tokens = 100, output_tokens = 10, cost = $2 WHERE run_id = $1", [runId, cost]);
  const usage = { calls: 1, tokens: { input: 50, output: 5 }, cost: 0.1 };
  const moderation = { verdict: "pass", scores: {}, model: "openai-compatible:judge", reason: null, usage };
  await pool().query(
    `UPDATE runs SET configuration = configuration || '{"budget":{"cost":1}}', moderation = $2 WHERE id = $1`,
    [runId, JSON.stringify(moderation)],
  );
  const before = provider.callsByTask.synthesis;
  // Nine tiles take 0.99 of 1 US$, and the run's own moderation the rest.
  await spend(0.11);
  const run = await synthesized(runId);
  expect(provider.callsByTask.synthesis).toBe(before);
  expect(run.scene?.model).toBe("local:synthesis");
  expect(run.reason).toBe(
    "the scene was written without openai-compatible:liar: the run's budget of 1.00 US$ is used up",
  );
  expect(run.cost).toBeCloseTo(1.09, 6);
  expect(run.models.map(({ role }) => role)).toEqual(["moderation", "tile"]);
  expect(run.tokens).toEqual({ input: 950, output: 95 });

  await pool().query("UPDATE runs SET state = 'synthesizing' WHERE id = $1", [runId]);
  await spend(0.05);
  await synthesized(runId);
  expect(provider.callsByTask.synthesis).toBe(before + 1);
});

const CARS = ["F1", "F2"];
const LIES: [text: string, findings: string[], tiles: number[]][] = [
  ["There are 15 cars.", CARS, []],
  ["Fifteen cars stand here.", CARS, []],
  ["Hundreds of cars stand here.", CARS, []],
  ["There are between 10 and 20 cars.", CARS, []],
  ["About 80% of the findings are cars.", CARS, []],
  ["There are more people than cars.", ["F1", "F15"], []],
  ["3 cars and 14 people were found.", ["F1", "F15"], []],
  ["The cars measure 20 metres.", CARS, []],
  ["There are 9 cars in the lower left.", ["F10"], []],
  ["There are 14 cars.", [], []],
  ["There are 14 cars.", ["F99"], []],
  ["There are 3 people.", CARS, []],
  ["All 9 tiles were analysed.", [], [12]],
];

it("every lie of a model is cut and kept with why; what is true stands, and what it took is told", async () => {
  const { runId, ids } = await describedRun();
  const honest = { text: "There are 14 cars, 9 of them in the upper right.", findings: CARS, tiles: [] };
  const lies = LIES.map(([text, findings, tiles]) => ({ text, findings, tiles }));
  provider.set({ latencyMs: 0, scene: { title: "17 cars", sentences: [...lies, honest] } });
  const run = await synthesized(runId);
  expect(run.scene?.title).toBe("14 cars and 3 people in strip");
  expect(run.scene?.sentences.map(({ text }) => text)).toEqual([honest.text]);
  expect(run.scene?.sentences[0]?.findings.every((id) => ids.includes(id))).toBe(true);
  expect(run.synthesis?.cut.map(({ text }) => text)).toEqual(["17 cars", ...LIES.map(([text]) => text)]);
  expect(run.synthesis?.cut.every(({ why }) => why.length > 0)).toBe(true);
  expect(run.synthesis).toMatchObject({
    model: "openai-compatible:liar",
    calls: 1,
    tokens: { input: 100, output: 20 },
  });
  expect(run.synthesis?.replies[0]).toContain("Hundreds of cars");
  expect(run.tokens).toEqual({ input: 100, output: 20 });
});

it("an answer of nothing but lies is replaced by the fixed words, and the scene says so", async () => {
  const { runId } = await describedRun();
  const sentences = LIES.map(([text, findings, tiles]) => ({ text, findings, tiles }));
  provider.set({ latencyMs: 0, scene: { title: "17 cars", sentences } });
  const run = await synthesized(runId);
  expect(run.scene?.model).toMatch(
    /^local:synthesis, as the facts bear out nothing that openai-compatible:liar wrote$/,
  );
  expect(run.scene?.sentences[0]?.text).toBe("14 cars and 3 people were found in 9 of 9 tiles.");
  expect(run.synthesis?.cut).toHaveLength(LIES.length + 1);
});

it("a step that the queue handed out twice asks a hosted model once", async () => {
  const { runId } = await runningRun(2, { synthesisModel: "openai-compatible:fake", pages: [0] });
  await pool().query("UPDATE tiles SET state = 'done', detections = '[]' WHERE run_id = $1", [runId]);
  const { rows } = await pool().query("UPDATE runs SET state = 'synthesizing' WHERE id = $1 RETURNING pass", [runId]);
  const ticket = { version: TICKET_VERSION, runId, pass: rows[0].pass, sequence: 0 };
  provider.set({ latencyMs: 200 });
  const before = provider.callsByTask.synthesis;
  const ends = await Promise.all([synthesizeRun(ticket), synthesizeRun(ticket)]);
  expect(ends.filter((end) => end !== null)).toEqual([{ state: "completed" }]);
  expect(provider.callsByTask.synthesis - before).toBe(1);
});
