import { beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { runningRun } from "#db/run-fixtures.ts";
import { freshDatabase } from "#db/test-database.ts";
import { exportQuery } from "#lib/core/api/exports.ts";
import { newFindingSchema } from "#lib/core/detection/finding.ts";
import { EXPORT_FORMAT_IDS, REPORT_FORMAT, TRAINING_FORMAT } from "#lib/core/formats/registry.ts";
import { uuidv7 } from "#lib/uuid.ts";
import { drawFinding } from "../findings/draw-finding.ts";
import { readEvidence } from "../findings/read-evidence.ts";
import { requestExport } from "./export-jobs.ts";
import { openExport } from "./open-export.ts";

freshDatabase();

const TILES = 60;
let [imageId, runId] = ["", ""];
const ids: string[] = [];

beforeAll(async () => {
  ({ imageId, runId } = await runningRun(TILES, { model: "openai:small", classes: ["thing"] }));
  await pool().query('UPDATE images SET pages = \'[{"width": 1000, "height": 1000, "levels": 1}]\'');
  await pool().query("INSERT INTO prompts (hash, words) VALUES ('h', 'Find \"things\".')");
  // Each finding was seen in two tiles that follow each other, but in the last ten, which hold raw boxes that nothing was made of.
  for (let index = 0; index < TILES; index++) {
    const boxes = [0, 1].map((at) => ({ box: [index, at, 5, 5], label: "thing", score: 0.5 }));
    await pool().query(
      "UPDATE tiles SET state = 'done', attempts = 2, model = 'openai:small', detections = $3 WHERE run_id = $1 AND index = $2",
      [runId, index, JSON.stringify(boxes)],
    );
    for (const [attempt, outcome] of ["unreadable", "answered"].entries()) {
      await pool().query(
        `INSERT INTO tile_looks (run_id, index, attempt, role, model, outcome, wording, prompt, replies, calls)
          VALUES ($1, $2, $3, 'tile', 'openai:small', $4, 'tile/1', 'h', $5, 1)`,
        [runId, index, attempt + 1, outcome, [`reply ${attempt}`]],
      );
    }
    if (index >= TILES - 10) continue;
    const id = uuidv7();
    ids.push(id);
    await pool().query(
      `INSERT INTO findings (id, image_id, run_id, x, y, width, height, label, model_label, score, source, members)
        VALUES ($1, $2, $3, $4, 0, 5, 5, 'thing', 'thing', 0.5, 'model', $5)`,
      [id, imageId, runId, index, JSON.stringify([[index, 1], ...(index > 0 ? [[index - 1, 0]] : [])])],
    );
  }
});

async function written(search: Record<string, unknown>, source: { runId: string } | { imageId: string }) {
  const exported = await openExport(source, exportQuery.parse(search));
  let text = "";
  for await (const piece of exported.pieces) text += String(piece);
  return JSON.parse(text);
}

type Told = { run: string; members: [number, number][]; crop: unknown };
type TileRecord = { run: string; index: number; boxes: { position: number }[]; looks: unknown[] };

it.each(["geojson", "w3c"])("in %s says of each finding what its own evidence does, each tile once", async (format) => {
  const file = await written({ format, evidence: "true" }, { runId });
  const told = new Map<string, Told>(
    format === "geojson"
      ? file.features.map(({ id, properties }: { id: string; properties: { evidence: Told } }) => [
          id,
          properties.evidence,
        ])
      : file.items.map(({ id, evidence }: { id: string; evidence: Told }) => [id.replace("urn:uuid:", ""), evidence]),
  );
  expect([...told.keys()].sort()).toEqual(ids.toSorted());
  const tiles: TileRecord[] = file.evidence.tiles;
  expect(tiles.map(({ index }) => index)).toEqual(Array.from({ length: TILES - 10 }, (_, index) => index));
  for (const id of [ids[0], ids[7], ids.at(-1)]) {
    const own = await readEvidence(id ?? "");
    const of = told.get(id ?? "");
    expect(of).toMatchObject({ run: runId, crop: own.crop });
    expect(file.evidence.runs).toEqual([own.run]);
    for (const tile of own.tiles) {
      const record = tiles.find(({ index }) => index === tile.index);
      const positions = of?.members.flatMap(([index, position]) => (index === tile.index ? [position] : []));
      expect({ ...record, boxes: record?.boxes.filter(({ position }) => positions?.includes(position)) }).toEqual({
        run: runId,
        ...tile,
      });
      expect(tile.looks).toHaveLength(2);
    }
  }
});

it("holds no more than what the findings in the file rest on, and nothing of drawn ones", async () => {
  await drawFinding(newFindingSchema.parse({ imageId, box: [1, 1, 5, 5], label: "drawn" }), "test");
  const drawn = await written({ format: "geojson", evidence: true, label: ["drawn"] }, { imageId });
  expect(drawn.features).toHaveLength(1);
  expect(drawn.features[0].properties).not.toHaveProperty("evidence");
  expect(drawn.evidence).toEqual({ runs: [], tiles: [] });
});

it("is in no file that did not ask for it", async () => {
  const file = await written({ format: "geojson" }, { runId });
  expect(file).not.toHaveProperty("evidence");
  expect(file.features[0].properties).not.toHaveProperty("evidence");
});

it("is refused by formats without a place for it, before anything is written", async () => {
  const others = [...EXPORT_FORMAT_IDS, REPORT_FORMAT, TRAINING_FORMAT].filter(
    (id) => id !== "geojson" && id !== "w3c",
  );
  for (const format of others) {
    const query = exportQuery.parse({ format, evidence: true });
    await expect(openExport({ runId }, query)).rejects.toMatchObject({
      code: "bad-input",
      remedy: expect.stringContaining("w3c"),
    });
    await expect(requestExport(imageId, { ...query, run: runId }, "test")).rejects.toMatchObject({ code: "bad-input" });
  }
});

it("leaves no snapshot open, also where its reader leaves in the middle", async () => {
  const exported = await openExport({ runId }, exportQuery.parse({ format: "geojson", evidence: true }));
  for await (const piece of exported.pieces) {
    expect(String(piece)).toContain("FeatureCollection");
    break;
  }
  const { rows } = await pool().query(
    "SELECT count(*)::int AS count FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'",
  );
  expect(rows[0].count).toBe(0);
});
