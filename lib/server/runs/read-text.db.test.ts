import { beforeAll, expect, it } from "vitest";
import { GET as getText } from "#app/api/v1/runs/[runId]/text/route.ts";
import { GET as search } from "#app/api/v1/runs/[runId]/text/search/route.ts";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { runTextSchema } from "#lib/core/api/text.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { createToken } from "../access/tokens.ts";
import { evaluateRunText } from "../evaluation/evaluate-text.ts";

freshDatabase();
let token: string;
let runId: string;
let ids: string[];

/** Words of two pages, in no order; the last of the first page was rejected. */
const WORDS = [
  ["fox", 0, 200, 40],
  ["The", 0, 10, 10],
  ["brown", 0, 10, 40],
  ["quick", 0, 200, 10],
  ["scribble", 0, 10, 300],
  ["Brown", 2, 10, 10],
] as const;

beforeAll(async () => {
  token = (await createToken({ name: "viewer", role: "viewer" }, "test")).token;
  const place = await runningRun(1);
  runId = place.runId;
  ids = WORDS.map(() => uuidv7());
  for (const [index, [text, page, x, y]] of WORDS.entries()) {
    await pool().query(
      `INSERT INTO findings (id, image_id, run_id, page, x, y, width, height, label, model_label, text, score, source, review)
        VALUES ($1, $2, $3, $4, $5, $6, 100, 20, 'word', 'word', $7, 0.9, 'model', $8)`,
      [ids[index], place.imageId, runId, page, x, y, text, text === "scribble" ? "rejected" : "unreviewed"],
    );
  }
});

async function get(handler: typeof getText, query: string, of = runId): Promise<Response> {
  const request = new Request(`http://127.0.0.1/?${query}`, { headers: { authorization: `Bearer ${token}` } });
  return handler(request, { params: Promise.resolve({ runId: of }) });
}

it("gives the text of a page in the order of reading, without what was rejected", async () => {
  const page = runTextSchema.parse(await (await get(getText, "")).json());
  expect(page).toMatchObject({ page: 0, text: "The quick\nbrown fox", angle: 0 });
  const [line] = page.paragraphs[0]?.lines ?? [];
  expect(line).toMatchObject({ text: "The quick", box: [10, 10, 290, 20] });
  expect(line?.words.map(({ id }) => id)).toEqual([ids[1], ids[3]]);
  expect(await (await get(getText, "page=1")).json()).toMatchObject({ page: 1, text: "", paragraphs: [] });
  expect((await get(getText, "", uuidv7())).status).toBe(404);
});

it("is held against the truth, page by page", async () => {
  await pool().query(`UPDATE runs SET configuration = configuration || '{"pages": [0, 2]}' WHERE id = $1`, [runId]);
  const evaluation = await evaluateRunText(runId, "The quick\nbrown dog\fBrown\n\f");
  expect(evaluation).toMatchObject({ characters: 24, edits: 2, words: 5, wordEdits: 1, characterErrorRate: 2 / 24 });
  expect(evaluation.pages).toMatchObject([
    { page: 0, edits: 2 },
    { page: 2, edits: 0 },
  ]);
  await expect(evaluateRunText(runId, "one page")).rejects.toMatchObject({ code: "bad-input" });
});

it("says where a text stands, over ends of lines and page by page, part by part where there is much", async () => {
  const all = await (await get(search, "q=quick+BROWN")).json();
  expect(all).toEqual({
    items: [
      {
        ...{ page: 0, box: [10, 10, 290, 50], findings: [ids[3], ids[2]] },
        ...{ before: "The", match: "quick brown", after: "fox" },
      },
    ],
    nextCursor: null,
  });
  const first = await (await get(search, "q=brown&limit=1")).json();
  expect(first).toMatchObject({ items: [{ page: 0 }], nextCursor: "2-0" });
  const seen = [...first.items];
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const next = await (await get(search, `q=brown&limit=1&cursor=${cursor}`)).json();
    seen.push(...next.items);
    cursor = next.nextCursor;
  }
  expect(seen.map(({ page, match }: { page: number; match: string }) => [page, match])).toEqual([
    [0, "brown"],
    [2, "Brown"],
  ]);
  expect((await (await get(search, "q=brown&page=2")).json()).items).toHaveLength(1);
  expect((await (await get(search, "q=scribble")).json()).items).toEqual([]);
  expect((await get(search, "q=")).status).toBe(400);
});
