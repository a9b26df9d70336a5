import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { findRun } from "#db/queries/runs.ts";
import { freshDatabase } from "#db/test-database.ts";
import { TICKET_VERSION } from "#lib/core/checkpoint.ts";
import type { RunRequest } from "#lib/core/detection/run.ts";
import { BACKGROUND_REASONS } from "#lib/core/tiling/background.ts";
import { addImage } from "../images/add-image.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { readMask } from "../pictures/read-mask.ts";
import { createRun } from "./create-run.ts";
import { planRun } from "./plan-run.ts";
import { readRun, readTiles } from "./read-run.ts";
import { synthesizeRun } from "./synthesize-run.ts";

freshDatabase();
let folder: string;
let imageId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-background-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  imageId = await slide();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** 3 × 2 tiles of 400 px: glass, a spot of tissue, glass; beyond the scanned part; glass; a faint pencil line. */
async function slide(): Promise<string> {
  const block = (width: number, height: number, background: string) =>
    sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer();
  const bytes = await sharp({ create: { width: 1200, height: 800, channels: 3, background: "#f2f3f0" } })
    .composite([
      { input: await block(20, 20, "#a04080"), left: 600, top: 150 },
      { input: await block(400, 400, "#000"), left: 0, top: 400 },
      { input: await block(1, 300, "#d8d8d8"), left: 1000, top: 450 },
    ])
    .jpeg({ quality: 90 })
    .toBuffer();
  const source = (async function* () {
    yield bytes;
  })();
  const { image } = await addImage({ source, name: "slide.jpg" }, "test");
  const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [image.id, moderation]);
  await prepareImage({ version: 1, imageId: image.id });
  return image.id;
}

async function planned(request: RunRequest) {
  const tiling = { columns: 3, rows: 2, overlap: 0 };
  const { id } = await createRun(imageId, { tiling, wholePicture: false, ...request }, "test");
  const ticket = { version: TICKET_VERSION, runId: id, pass: (await findRun(pool(), id))?.pass ?? 0, sequence: 0 };
  expect(await planRun(ticket)).toEqual({ tiles: 6 });
  const { items } = await readTiles(id, { limit: 10 });
  return { id, ticket, tiles: items.map(({ state, error }) => [state, error]) };
}

it("tiles that hold nothing are skipped with the reason, and the run that looked at the others is complete", async () => {
  const run = await planned({});
  const { light, noData } = BACKGROUND_REASONS;
  expect(run.tiles).toEqual([
    ["skipped", light],
    ["pending", null],
    ["skipped", light],
    ["skipped", noData],
    ["skipped", light],
    ["pending", null],
  ]);
  const { rows } = await pool().query("SELECT event FROM outbox WHERE run_id = $1 AND event->>'kind' = 'tile'", [
    run.id,
  ]);
  expect(rows.map(({ event }) => [event.index, event.state])).toEqual([0, 2, 3, 4].map((index) => [index, "skipped"]));

  await pool().query("UPDATE tiles SET state = 'done', detections = '[]' WHERE run_id = $1 AND state = 'pending'", [
    run.id,
  ]);
  await pool().query("UPDATE runs SET state = 'synthesizing' WHERE id = $1", [run.id]);
  expect(await synthesizeRun(run.ticket)).toEqual({ state: "completed" });
  expect((await readRun(run.id)).reason).toBe("4 of 6 tiles hold nothing and were not looked at");
});

it("a mask of the page shows where it holds something", async () => {
  const request = {
    method: "GET",
    path: "",
    query: new URLSearchParams(),
    headers: new Headers(),
    signal: AbortSignal.timeout(30_000),
  };
  const mask = await readMask(request, { imageId, page: 0 });
  const { data, info } = await sharp(await mask.read())
    .raw()
    .toBuffer({ resolveWithObject: true });
  expect(info).toMatchObject({ width: 300, height: 200, channels: 4 });
  const holds = (x: number, y: number): boolean =>
    data[(Math.floor(y / 4) * info.width + Math.floor(x / 4)) * 4 + 3] !== 0;
  expect([holds(610, 160), holds(1000, 600)]).toEqual([true, true]);
  expect([holds(200, 200), holds(200, 600), holds(700, 600)]).toEqual([false, false, false]);
});

it("what counts as nothing is the run's to say", async () => {
  const { noData } = BACKGROUND_REASONS;
  const run = await planned({ skipRules: ["noData"] });
  expect(run.tiles.filter(([state]) => state === "skipped")).toEqual([["skipped", noData]]);
  expect((await planned({ skipRules: [] })).tiles).toEqual(Array.from({ length: 6 }, () => ["pending", null]));
});

it("all tiles are looked at where that is asked for", async () => {
  const run = await planned({ skipBackground: false });
  expect(run.tiles).toEqual(Array.from({ length: 6 }, () => ["pending", null]));
});
