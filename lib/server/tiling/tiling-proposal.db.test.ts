import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import { pool } from "#db/client.ts";
import { freshDatabase } from "#db/test-database.ts";
import { tilingQuery } from "#lib/core/api/tiling.ts";
import { addImage } from "../images/add-image.ts";
import { prepareImage } from "../ingest/prepare-image.ts";
import { readTilingProposal } from "./read-proposal.ts";

freshDatabase();
let folder: string;
let imageId: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "tessera-tiling-"));
  process.env["TESSERA_DATA_DIR"] = folder;
  const size = { width: 1200, height: 800, channels: 3 } as const;
  const bytes = await sharp(randomBytes(size.width * size.height * 3), { raw: size })
    .png()
    .toBuffer();
  const source = (async function* () {
    yield bytes;
  })();
  const { image } = await addImage({ source, name: "noise.png" }, "test");
  imageId = image.id;
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const propose = (query: object) => readTilingProposal(imageId, tilingQuery.parse(query));

it("waits for the picture, then follows what there is to see, and the scale once it is known", async () => {
  await expect(propose({})).rejects.toMatchObject({ code: "not-ready" });
  const moderation = { verdict: "pass", scores: {}, model: "local:nsfw", reason: null };
  await pool().query("UPDATE images SET moderation = $2 WHERE id = $1", [imageId, moderation]);
  await prepareImage({ version: 1, imageId });

  const busy = await propose({});
  expect(busy).toMatchObject({ tiling: { tile: 192 }, detail: 1, metresPerPixel: null });
  expect(await propose({})).toEqual(busy);
  expect((await propose({ preset: "nuclei" })).tiling).toEqual({ tile: 512, overlap: 0.2 });

  await pool().query("UPDATE images SET scale = $2 WHERE id = $1", [imageId, { micronsPerPixel: 0.125 }]);
  const scaled = await propose({ preset: "nuclei" });
  expect(scaled).toMatchObject({ tiling: { tile: 2048, level: 1 }, metresPerPixel: 0.125e-6 });
  expect(scaled.why).toContain("A pixel is 0.13 µm");
});

it("says what is wrong with what was asked", async () => {
  await expect(propose({ preset: "birds" })).rejects.toMatchObject({ code: "bad-input" });
  await expect(propose({ page: "3" })).rejects.toThrow(/no page 3/);
  await expect(propose({ model: "local:nothing" })).rejects.toMatchObject({ code: "model-failed" });
});
